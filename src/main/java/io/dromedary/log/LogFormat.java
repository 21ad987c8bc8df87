package io.dromedary.log;

/** How lines of log are written. logback's configuration follows the same system property. */
public enum LogFormat {
    /** For a person at a terminal. */
    TEXT,
    /** For whoever collects a container's output: each line is an object of JSON. */
    JSON;

    private static final String PROPERTY = "dromedary.log.format";

    /**
     * The format of that name.
     *
     * @param name {@code json}, {@code text}, or {@code auto} for the one that the process has chosen, else text
     */
    public static LogFormat named(String name) {
        return (name.equals("auto") ? System.getProperty(PROPERTY, "text") : name).equals("json") ? JSON : TEXT;
    }

    /** From now on, the process writes so. To be called before anything is logged, since logback reads it then. */
    public void choose() {
        System.setProperty(PROPERTY, this == JSON ? "json" : "text");
    }
}
