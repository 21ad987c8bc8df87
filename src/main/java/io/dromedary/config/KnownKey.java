package io.dromedary.config;

/**
 * What the gateway knows of one key of LiteLLM's configuration.
 *
 * @param name     the key
 * @param form     the form its value must have
 * @param standing what becomes of it here
 * @param note     what it does here, in a line; empty where it is not read
 * @param differs  whether that is another thing than LiteLLM does
 */
record KnownKey(String name, Form form, Standing standing, String note, boolean differs) {

    /** The form of a value. A text that is {@code os.environ/NAME} may stand for any scalar. */
    enum Form {
        BOOL("true or false"),
        FLAG_OR_TEXTS("true, false or a list of texts"),
        INT("a whole number"),
        NUMBER("a number"),
        TEXT("a text"),
        LIST("a list"),
        TEXTS("a list of texts"),
        MAP("a map"),
        ANY("anything");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** What becomes of a key. */
    enum Standing {
        /** It is read and does what LiteLLM's documentation says, or what the migration page says. */
        READ,
        /** It makes sense with LiteLLM's database only and is ignored. */
        DATABASE,
        /** LiteLLM has it and the gateway has not: a warning by name. */
        ABSENT,
        /** It restricts access, content or spend and is not enforced here: it stops the start. */
        RESTRICTS
    }
}
