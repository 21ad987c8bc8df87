package io.dromedary.app;

/** A command that looks at files and starts no gateway. */
interface ReadsFiles {
}
