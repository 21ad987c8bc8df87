package io.dromedary.bench;

import java.util.List;

/**
 * Something that answers chat completions on the loopback.
 *
 * @param name its column in the tables
 * @param port where it listens
 * @param pid  the process that does the work
 * @param headers what clients send it besides, {@code Name: value} each
 */
public record Target(String name, int port, long pid, List<String> headers) {

    /** The mock upstream without anything before it. */
    public static final String DIRECT = "direct";
    /** The plain reverse proxy. */
    public static final String NGINX = "nginx";
    /** What is measured. */
    public static final String GATEWAY = "gateway";
    /** The gateway of an earlier commit. */
    public static final String BASE = "base";

    /** One that is sent nothing besides. */
    public Target(String name, int port, long pid) {
        this(name, port, pid, List.of());
    }

    /** Where its column stands: direct, nginx, gateway, all others. */
    static int order(String name) {
        int place = List.of(DIRECT, NGINX, GATEWAY).indexOf(name);
        return place < 0 ? 3 : place;
    }
}
