package io.dromedary.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.http.HttpHeaders;

/**
 * The names of response headers as they are written: their bytes and the hash by which Vert.x finds them are made once,
 * not for each answer. Bounded, since an upstream may send names of its own.
 */
final class HeaderNames {

    private static final int MOST = 256;
    private static final int LONGEST = 64;
    private static final Map<String, CharSequence> MADE = new ConcurrentHashMap<>();

    private HeaderNames() {
    }

    /** {@code name}, in the form that is cheap to write, where there is room for it. */
    static CharSequence of(String name) {
        CharSequence made = MADE.get(name);
        if (made != null) {
            return made;
        }
        return name.length() > LONGEST || MADE.size() >= MOST ? name
                : MADE.computeIfAbsent(name, HttpHeaders::createOptimized);
    }
}
