package io.dromedary.request;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.request.PersonalData.Kind;

/**
 * Personal data of one attempt and what stands in its place upstream, such as {@code [e-mail-1]}: the same data has the
 * same mark, so that a model can tell persons apart, and the answer gets the data back. Used by one thread at a time.
 */
public final class HiddenTexts {

    private static final Pattern MARK = Pattern.compile("\\[(?:key|e-mail|iban|card|phone)-(\\d{1,9})\\]");
    /** How many characters a mark has at most. */
    private static final int LONGEST = "[e-mail-123456789]".length();

    private final Map<String, String> marks = new HashMap<>();
    private final Map<String, String> data = new HashMap<>();
    private int last;

    /**
     * Puts marks in the place of what is found in all that was written into a request.
     *
     * @return a new array, even where nothing is found: a request that was looked into goes out as a chat
     * @throws IOException if {@code body} is no JSON
     */
    public byte[] hide(byte[] body, Set<Kind> kinds) throws IOException {
        // A mark that a client has written itself must not get another's data.
        PromptTexts.change(body, text -> {
            Matcher written = MARK.matcher(text);
            while (written.find()) {
                last = Math.max(last, Integer.parseInt(written.group(1)));
            }
            return text;
        });
        byte[] hidden = PromptTexts.change(body, text -> PersonalData.replace(text, kinds, this::mark));
        return hidden == body ? body.clone() : hidden;
    }

    private String mark(Kind kind, String found) {
        return marks.computeIfAbsent(found, value -> {
            String mark = "[" + kind.word() + "-" + ++last + "]";
            data.put(mark, value);
            return mark;
        });
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return data.isEmpty();
    }

    /** {@code text} with the data in place of its marks. */
    public String restored(String text) {
        return text.indexOf('[') < 0 ? text : MARK.matcher(text)
                .replaceAll(mark -> Matcher.quoteReplacement(data.getOrDefault(mark.group(), mark.group())));
    }

    /** How much of {@code text} can be told: what comes after it may be the beginning of a mark. */
    public int told(String text) {
        int open = text.lastIndexOf('[');
        return open < 0 || text.length() - open >= LONGEST || text.indexOf(']', open) >= 0 ? text.length() : open;
    }
}
