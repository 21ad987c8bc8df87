package io.dromedary.settings;

/**
 * A tunable that is missing or has the wrong form. The message names the key and says what to write; it stops the
 * start.
 */
public final class SettingFault extends RuntimeException {

    /** @param message what is wrong, with the key, and the mend */
    public SettingFault(String message) {
        super(message);
    }
}
