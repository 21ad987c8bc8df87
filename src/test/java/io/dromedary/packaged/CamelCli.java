package io.dromedary.packaged;

/**
 * Starts Camel's command line, whose own class has no main method. Runs on the class path of
 * {@code src/test/camel-cli}.
 */
public final class CamelCli {

    private CamelCli() {
    }

    /** Hands the arguments on. */
    public static void main(String[] arguments) throws Exception {
        Class.forName("org.apache.camel.dsl.jbang.core.commands.CamelJBangMain")
                .getMethod("run", String[].class).invoke(null, (Object) arguments);
    }
}
