package io.dromedary.json;

/**
 * Finds where a JSON value ends (RFC 8259). It is sure or says {@link #IN_DOUBT}, as it does of deep nesting and of
 * names and numbers that are longer than anybody writes: how much of that is too much, Jackson decides. One scan, one
 * thread.
 */
final class ValueScan {

    /** What is said of bytes that are no JSON, or none of the usual kind. */
    static final int IN_DOUBT = StringScan.NONE;

    private static final int DEEPEST = 100;
    private static final int LONGEST_NUMBER = 100;
    private static final int LONGEST_NAME = 1000;
    private static final byte[] TYPE = {'"', 't', 'y', 'p', 'e', '"'};

    private final byte[] json;
    private final PartTypes types;
    private int count;
    private int noObject;
    private int seen;

    /** @param types which types of parts are looked for */
    ValueScan(byte[] json, PartTypes types) {
        this.json = json;
        this.types = types;
    }

    /** What was in the array whose end was found last, of those in one another the outermost. */
    ObjectFields.Items items() {
        return new ObjectFields.Items(count, noObject, types.named(seen));
    }

    /** Over white space. */
    int space(int from) {
        int at = from;
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** From a name to its value. */
    int name(int at) {
        int end = StringScan.byteAt(json, at) == '"' ? StringScan.end(json, at + 1) : IN_DOUBT;
        if (end == IN_DOUBT || end - at > LONGEST_NAME) {
            return IN_DOUBT;
        }
        int colon = space(end);
        return StringScan.byteAt(json, colon) == ':' ? space(colon + 1) : IN_DOUBT;
    }

    /** To the end of the value that begins there, in {@code depth} others. */
    int value(int at, int depth) {
        return switch (StringScan.byteAt(json, at)) {
            case '"' -> StringScan.end(json, at + 1);
            case '{' -> depth > DEEPEST ? IN_DOUBT : object(at, depth, false);
            case '[' -> depth > DEEPEST ? IN_DOUBT : array(at, depth);
            case 't' -> word(at, "true");
            case 'f' -> word(at, "false");
            case 'n' -> word(at, "null");
            default -> number(at);
        };
    }

    private int object(int open, int depth, boolean part) {
        int at = space(open + 1);
        if (StringScan.byteAt(json, at) == '}') {
            return at + 1;
        }
        at = open;
        do {
            int name = space(at + 1);
            int value = name(name);
            if (part && value != IN_DOUBT && !typed(name, value)) {
                return IN_DOUBT;
            }
            int end = value == IN_DOUBT ? IN_DOUBT : value(value, depth + 1);
            if (end == IN_DOUBT) {
                return IN_DOUBT;
            }
            at = space(end);
        } while (StringScan.byteAt(json, at) == ',');
        return StringScan.byteAt(json, at) == '}' ? at + 1 : IN_DOUBT;
    }

    /** Notes a part's type if it is looked for; false where an escape leaves in doubt what is written there. */
    private boolean typed(int name, int value) {
        for (int at = name + 1; json[at] != '"'; at++) {
            if (json[at] == '\\') {
                return false;
            }
        }
        if (!StringScan.startsWith(json, name, TYPE) || StringScan.byteAt(json, value) != '"') {
            return true;
        }
        int end = value + 1;
        while (end < json.length && json[end] != '"') {
            if (json[end++] == '\\') {
                return false;
            }
        }
        seen |= types.bit(json, value + 1, end);
        return true;
    }

    private int array(int open, int depth) {
        int items = 0;
        int other = -1;
        if (depth == 1) {
            seen = 0;
        }
        int at = space(open + 1);
        if (StringScan.byteAt(json, at) != ']') {
            at = open;
            do {
                int item = space(at + 1);
                boolean part = depth == PartTypes.DEPTH - 1 && StringScan.byteAt(json, item) == '{';
                int end = part ? object(item, depth + 1, true) : value(item, depth + 1);
                if (end == IN_DOUBT) {
                    return IN_DOUBT;
                }
                if (other < 0 && json[item] != '{') {
                    other = items;
                }
                items++;
                at = space(end);
            } while (StringScan.byteAt(json, at) == ',');
        }
        count = items;
        noObject = other;
        return StringScan.byteAt(json, at) == ']' ? at + 1 : IN_DOUBT;
    }

    private int word(int from, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (StringScan.byteAt(json, from + i) != word.charAt(i)) {
                return IN_DOUBT;
            }
        }
        return from + word.length();
    }

    private int number(int from) {
        int whole = StringScan.byteAt(json, from) == '-' ? from + 1 : from;
        int at = StringScan.byteAt(json, whole) == '0' ? whole + 1 : digits(whole);
        if (at != IN_DOUBT && StringScan.byteAt(json, at) == '.') {
            at = digits(at + 1);
        }
        if (at != IN_DOUBT && (StringScan.byteAt(json, at) | 0x20) == 'e') {
            at = digits(StringScan.byteAt(json, at + 1) == '-' || StringScan.byteAt(json, at + 1) == '+' ? at + 2 : at
                    + 1);
        }
        return at - from > LONGEST_NUMBER ? IN_DOUBT : at;
    }

    private int digits(int from) {
        int at = from;
        while (StringScan.byteAt(json, at) >= '0' && StringScan.byteAt(json, at) <= '9') {
            at++;
        }
        return at == from ? IN_DOUBT : at;
    }
}
