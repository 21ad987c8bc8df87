package io.dromedary.bench;

import java.util.List;

/**
 * Another gateway that takes its turns beside those that are always there.
 *
 * @param name    its column in the tables
 * @param command a shell's line that ends as the server itself, not as a parent of it: its CPU and memory are that
 *                process's. It finds the port to listen on in {@code PORT}, the mock's base URL in {@code UPSTREAM} and
 *                the clients' key in {@code KEY}
 * @param headers what its clients send besides, {@code Name: value} each; {@code $UPSTREAM} stands for the mock's base
 *                URL
 */
public record Beside(String name, String command, List<String> headers) {

    /** The headers as they are sent, where the mock is at {@code upstream}. */
    List<String> headersFor(String upstream) {
        return headers.stream().map(header -> header.replace("$UPSTREAM", upstream)).toList();
    }
}
