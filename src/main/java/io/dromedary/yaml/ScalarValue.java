package io.dromedary.yaml;

import org.snakeyaml.engine.v2.nodes.Tag;

/** Turns a YAML scalar into the Java value that its tag says. */
final class ScalarValue {

    private ScalarValue() {
    }

    /** Boolean, Long, Double or String; a number that fits neither stays a String. */
    static Object of(String text, Tag tag) {
        try {
            if (tag.equals(Tag.BOOL)) {
                return Boolean.parseBoolean(text);
            }
            if (tag.equals(Tag.INT)) {
                return Long.parseLong(text);
            }
            if (tag.equals(Tag.FLOAT)) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            return text;
        }
        return text;
    }
}
