package io.dromedary.form;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content type of a part (RFC 7578, 4.4). Refused is what makes another part of it for some readers: parameters
 * with the names of those of {@code Content-Disposition}, which Netty's reader takes for them, headers as parameters,
 * and a form within the form.
 *
 * @param written as it stands in the form; empty where the part has none
 * @param charset of a text, as it is written; null where none is told, which is UTF-8
 */
record PartType(String written, String charset) {

    private static final Pattern TYPE =
            Pattern.compile("(" + HeaderParameters.TOKEN + "(?:/" + HeaderParameters.TOKEN + ")?)((?:[ \\t]*;.*)?)");
    private static final Set<String> OF_DISPOSITION = Set.of("name", "filename");

    /** Reads one; empty if it can be read in two ways. */
    static Optional<PartType> read(String written) {
        if (written.isEmpty()) {
            return Optional.of(new PartType(written, null));
        }
        // A last semicolon with nothing behind it, which some clients write, is allowed (RFC 9110, 5.6.6).
        Matcher type = TYPE.matcher(written.endsWith(";") ? written.substring(0, written.length() - 1) : written);
        if (!type.matches() || type.group(1).toLowerCase(Locale.ROOT).startsWith("multipart")) {
            return Optional.empty();
        }
        return HeaderParameters.read(type.group(2)).filter(PartType::areItsOwn)
                .map(parameters -> new PartType(written, parameters.get("charset")));
    }

    private static boolean areItsOwn(Map<String, String> parameters) {
        return parameters.keySet().stream().noneMatch(name -> OF_DISPOSITION.contains(name)
                || name.startsWith("content-") || name.contains("*"));
    }

    /** Whether it is one of texts. */
    boolean isText() {
        String lower = written.toLowerCase(Locale.ROOT);
        return lower.isEmpty() || lower.startsWith("text/") || lower.startsWith("application/json");
    }

    /**
     * The text that these bytes are.
     *
     * @throws CharacterCodingException if they are no UTF-8, or another text in the charset that the type tells: some
     *                                  readers heed it, others do not
     */
    String text(ByteBuffer bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        if (charset != null && !charset.equalsIgnoreCase("utf-8") && !text.equals(inItsCharset(bytes))) {
            throw new CharacterCodingException();
        }
        return text;
    }

    private String inItsCharset(ByteBuffer bytes) throws CharacterCodingException {
        try {
            return Charset.forName(charset).newDecoder().decode(bytes.duplicate()).toString();
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new CharacterCodingException();
        }
    }
}
