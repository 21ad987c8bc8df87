package io.dromedary.config;

/** What is wrong with a line of a {@code .env}, in words that hold nothing of its text but a name. */
final class UnreadableLine extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableLine(String problem) {
        super(problem, null, false, false);
    }
}
