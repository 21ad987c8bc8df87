package io.dromedary.operator.api;

import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of a JSON object in their order; what is not known is null and told so. */
public final class Fields {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    Fields put(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    Map<String, Object> map() {
        return fields;
    }

    /** {@code micros} in ms; null for less than 0. */
    static Double ms(long micros) {
        return micros < 0 ? null : micros / 1000.0;
    }

    /** A time, or null for 0. */
    static Long time(long ms) {
        return ms == 0 ? null : ms;
    }
}
