"""What sources that read a school over HTTP share: tolerant fields, quizzes, media."""
