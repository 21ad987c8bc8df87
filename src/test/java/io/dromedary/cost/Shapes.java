package io.dromedary.cost;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** JSON values of any size, each of many of one thing. */
final class Shapes {

    /** How deep the deep ones are: what is around them is within the bound, too. */
    private static final int DEEP = 900;

    /** A shape's name, to what its piece of that number is; pieces are the items of an array. */
    private static final Map<String, IntFunction<String>> ITEMS = new LinkedHashMap<>();

    static {
        ITEMS.put("a number", i -> String.valueOf(i % 10));
        ITEMS.put("a long number", i -> "-0." + "1234567890".repeat(90) + "e+1");
        ITEMS.put("a small string", i -> "\"" + (char) ('a' + i % 26) + "\"");
        ITEMS.put("a string of escapes", i -> "\"" + "\\n\\u00e9\\\"".repeat(8) + "\"");
        ITEMS.put("an empty array", i -> "[]");
        ITEMS.put("an empty object", i -> "{}");
        ITEMS.put("an object with an index", i -> "{\"index\":" + i + "}");
        ITEMS.put("an error", i -> "{\"error\":{\"message\":\"" + i + "\"}}");
        ITEMS.put("deep arrays", i -> "[".repeat(DEEP) + "]".repeat(DEEP));
        ITEMS.put("deep objects", i -> "{\"a\":".repeat(DEEP) + "1" + "}".repeat(DEEP));
        ITEMS.put("deep items", i -> "{\"index\":0,\"a\":[".repeat(DEEP / 2) + "]}".repeat(DEEP / 2));
    }

    private Shapes() {
    }

    /** What makes values of about so many bytes, by the name of their shape. */
    static Map<String, Supplier<String>> values(int bytes) {
        Map<String, Supplier<String>> values = new LinkedHashMap<>();
        ITEMS.forEach((name, item) -> values.put("many of " + name, () -> "[" + pieces(bytes, item) + "]"));
        values.put("a wide object", () -> "{" + fields(bytes) + "}");
        values.put("an object of long names",
                () -> "{" + pieces(bytes, i -> "\"" + "n".repeat(480) + i + "\":1") + "}");
        values.put("a long text", () -> "\"" + "x".repeat(bytes) + "\"");
        values.put("a long text of escapes", () -> "\"" + "\\u00e9\\n".repeat(bytes / 8) + "\"");
        values.put("a long text of long characters", () -> "\"" + "\uD83D\uDC2A".repeat(bytes / 4) + "\"");
        values.put("white space", () -> "[" + " \n".repeat(bytes / 2) + "]");
        values.put("anything", () -> anything(bytes));
        return values;
    }

    /** The fields of a wide object, without its braces. */
    static String fields(int bytes) {
        return pieces(bytes, i -> "\"" + Integer.toString(i, 36) + "\":" + i % 10);
    }

    /** Pieces with commas between them. */
    static String pieces(int bytes, IntFunction<String> piece) {
        StringBuilder all = new StringBuilder(bytes + 64);
        for (int i = 0; i == 0 || all.length() < bytes; i++) {
            all.append(i == 0 ? "" : ",").append(piece.apply(i));
        }
        return all.toString();
    }

    /** A mixture of all items, the same each time. */
    private static String anything(int bytes) {
        Random random = new Random(bytes);
        IntFunction<String>[] items = ITEMS.values().toArray(IntFunction[]::new);
        return "[" + pieces(bytes, i -> items[random.nextInt(items.length)].apply(i)) + "]";
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
