package io.dromedary.config;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;

/**
 * Reads a {@code .env} as Docker Compose and python-dotenv do, which LiteLLM's users have written theirs for:
 * {@code export}, blanks around the sign, values in quotes over several lines, comments after a blank, names without a
 * value, {@code ${NAME}} with {@code :-}, {@code -}, {@code :+}, {@code +}, {@code :?} and {@code ?}, and references
 * within what follows these. Where the two differ: single quotes keep a {@code $} (Compose), a {@code $NAME} without
 * braces is text (python-dotenv), since keys may hold one. A line that cannot be read is told by its number, never by
 * its text, which may be a key, and only what it would have set is missing.
 */
final class DotEnv {

    private static final Pattern NAME = Pattern.compile("(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \\t]*");

    private final String file;
    private final String text;
    private final Map<String, String> environment;
    private final Findings findings;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private int at;
    private int line = 1;

    private DotEnv(String file, String text, Map<String, String> environment, Findings findings) {
        this.file = file;
        this.text = text;
        this.environment = environment;
        this.findings = findings;
    }

    /**
     * The variables that {@code file} sets; of one that stands twice, the last.
     *
     * @param environment what references are looked up in before the file itself
     * @param findings    is told what cannot be read
     */
    static Map<String, String> read(Path file, Map<String, String> environment, Findings findings) {
        String name = file.getFileName().toString();
        try {
            DotEnv reader = new DotEnv(name, text(new FileReading().bytes(file)), environment, findings);
            reader.readLines();
            return reader.variables;
        } catch (UnreadableFile e) {
            findings.warn(Rule.FILE_READABLE, new Place(name, 1, 1), name,
                    e.getMessage() + ", so none of its variables is set",
                    "Write one NAME=value a line into it, and let the gateway's user read it");
            return Map.of();
        }
    }

    /** By the byte order mark, which some editors and PowerShell write; else UTF-8. */
    private static String text(byte[] bytes) {
        Charset charset = starts(bytes, 0xFF, 0xFE) ? StandardCharsets.UTF_16LE
                : starts(bytes, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
        String text = new String(bytes, charset);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static boolean starts(byte[] bytes, int first, int second) {
        return bytes.length > 1 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
    }

    private void readLines() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                line += c == '\n' ? 1 : 0;
                at++;
            } else if (c == '#') {
                at = endOfLine(at);
            } else {
                int start = at;
                try {
                    readVariable();
                } catch (UnreadableLine e) {
                    tell(e.getMessage());
                    at = endOfLine(start);
                }
                line += (int) text.substring(start, at).chars().filter(next -> next == '\n').count();
            }
        }
    }

    private void readVariable() throws UnreadableLine {
        Matcher match = NAME.matcher(text).region(at, text.length());
        if (!match.lookingAt()) {
            throw new UnreadableLine("does not begin with a name: it sets nothing");
        }
        String name = match.group(1);
        at = match.end();
        if (endsHere()) {
            return; // a name alone stands for the environment's own
        }
        if (text.charAt(at) != '=' && text.charAt(at) != ':') {
            throw new UnreadableLine("has no = after its name: it sets nothing");
        }
        at++;
        String value = value(name);
        if (!endsHere()) {
            throw new UnreadableLine("goes on after the closing quote: " + name + " is not set");
        }
        variables.put(name, value);
    }

    private String value(String name) throws UnreadableLine {
        int sign = at;
        skipBlanks();
        char quote = at < text.length() ? text.charAt(at) : '\n';
        if (quote == '\'' || quote == '"') {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != quote) {
                end += text.charAt(end) == '\\' ? 2 : 1;
            }
            if (end >= text.length()) {
                throw new UnreadableLine("has a quote without its second: " + name + " is not set");
            }
            String value = resolved(name, at + 1, end, quote);
            at = end + 1;
            return value;
        }
        int end = at;
        while (end < text.length() && "\r\n".indexOf(text.charAt(end)) < 0 && !isComment(end, sign)) {
            end++;
        }
        String value = resolved(name, at, end, ' ').stripTrailing();
        at = end;
        return value;
    }

    /** A # is one after a blank only: keys and colours hold others. */
    private boolean isComment(int position, int sign) {
        return text.charAt(position) == '#' && position > sign && " \t".indexOf(text.charAt(position - 1)) >= 0;
    }

    private String resolved(String name, int from, int end, char quote) throws UnreadableLine {
        return new DotEnvValue(name, text.substring(from, end), quote,
                other -> environment.getOrDefault(other, variables.get(other)), this::tell).resolve();
    }

    private void tell(String problem) {
        findings.warn(Rule.ENV_LINE, new Place(file, line, 1), file, problem, "");
    }

    private int endOfLine(int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return end;
    }

    private void skipBlanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    /** Whether nothing but a comment is left of the line; over the blanks before it. */
    private boolean endsHere() {
        skipBlanks();
        return at == text.length() || "\r\n#".indexOf(text.charAt(at)) >= 0;
    }
}
