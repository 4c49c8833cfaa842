window.inner = "inner script";
