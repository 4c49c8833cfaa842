"""The editor for quizzes: one question at a time, with what learners will see below it."""
