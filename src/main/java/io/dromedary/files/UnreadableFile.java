package io.dromedary.files;

import java.io.IOException;

/** A file cannot be used. The message says why, in words that go on after the file's name. */
public final class UnreadableFile extends IOException {

    private static final long serialVersionUID = 1;

    UnreadableFile(String why) {
        super(why);
    }
}
