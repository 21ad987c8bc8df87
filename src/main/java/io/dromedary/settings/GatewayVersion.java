package io.dromedary.settings;

/** Which version of the gateway runs: that of its jar, or {@code dev} where it runs from sources. */
public final class GatewayVersion {

    private static final String VERSION = read();

    private GatewayVersion() {
    }

    private static String read() {
        String version = GatewayVersion.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    /** The version. */
    public static String get() {
        return VERSION;
    }
}
