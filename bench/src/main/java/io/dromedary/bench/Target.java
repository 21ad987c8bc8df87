package io.dromedary.bench;

import java.util.List;

/**
 * Something that answers chat completions on the loopback.
 *
 * @param name its column in the tables
 * @param port where it listens
 * @param pid  the process that does the work
 */
public record Target(String name, int port, long pid) {

    /** The mock upstream without anything before it. */
    public static final String DIRECT = "direct";
    /** The plain reverse proxy. */
    public static final String NGINX = "nginx";
    /** What is measured. */
    public static final String GATEWAY = "gateway";

    /** Where its column stands: direct, nginx, gateway, all others. */
    static int order(String name) {
        int place = List.of(DIRECT, NGINX, GATEWAY).indexOf(name);
        return place < 0 ? 3 : place;
    }
}
