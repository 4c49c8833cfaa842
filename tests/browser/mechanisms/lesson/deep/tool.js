function tool() { return "a tool"; }
