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
 * The content type of a part (RFC 7578, 4.4). Some readers would find another part in these, so they are refused: a
 * parameter named like one of {@code Content-Disposition} (Netty's reader mixes the two), one named like a header, and
 * a form within the form.
 *
 * @param written as it stands in the form; empty where the part has none
 * @param charset as it is written; null where there is none, which means UTF-8
 */
record PartType(String written, String charset) {

    private static final Pattern TYPE =
            Pattern.compile(HeaderParameters.TOKEN + "(?:/" + HeaderParameters.TOKEN + ")?([ \\t]*;.*)");
    private static final Set<String> OF_DISPOSITION = Set.of("name", "filename");

    /** Reads one; empty if it can be read in two ways. */
    static Optional<PartType> read(String written) {
        if (written.toLowerCase(Locale.ROOT).contains("multipart")) {
            return Optional.empty();
        }
        if (written.indexOf('=') < 0) {
            return Optional.of(new PartType(written, null)); // no parameters, be it well-formed or not
        }
        Matcher type = TYPE.matcher(written);
        if (!type.matches()) {
            return Optional.empty();
        }
        return HeaderParameters.ofType(type.group(1)).filter(PartType::areItsOwn)
                .map(parameters -> new PartType(written, parameters.get("charset")));
    }

    private static boolean areItsOwn(Map<String, String> parameters) {
        return parameters.keySet().stream().noneMatch(name -> OF_DISPOSITION.contains(name)
                || name.startsWith("content-") || name.contains("*"));
    }

    /** Whether it is the type of a text. */
    boolean isText() {
        String lower = written.toLowerCase(Locale.ROOT);
        return lower.isEmpty() || lower.startsWith("text/") || lower.startsWith("application/json");
    }

    /**
     * The text that these bytes are.
     *
     * @throws CharacterCodingException if the bytes are not UTF-8, or mean another text in the charset that the type
     *                                  names: some readers use it, others do not
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
