package io.dromedary.request;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds data of persons, and secrets, by their form, and by their check digits where they have some. What has no form,
 * such as a name, it does not find. Linear in the length of a text; what it finds holds no quote and no backslash.
 */
public final class PersonalData {

    /** What may be found. */
    public enum Kind {
        /** Keys of providers ({@code sk-...}) and JSON Web Tokens. */
        KEY("key", "(?<![\\p{L}\\p{N}_-])(?:sk-[\\w-]{16,}+|eyJ[\\w-]{5,}+\\.[\\w-]{5,}+\\.[\\w-]{5,}+)", null),
        /** E-mail addresses. */
        EMAIL("e-mail",
            "(?<![\\p{L}\\p{N}._%+-])[\\p{L}\\p{N}._%+-]++@[\\p{L}\\p{N}-]++(?:\\.[\\p{L}\\p{N}-]++){1,20}+", null),
        /** Account numbers (ISO 13616), with or without spaces, by their check digits. */
        IBAN("iban", "(?<![\\p{L}\\p{N}])[A-Z]{2}\\d{2}(?:[ -]?[A-Z0-9]){11,30}+", PersonalData::isIban),
        /** Numbers of payment cards (ISO/IEC 7812), 13 to 19 digits, by their check digit. */
        CARD("card", "(?<!\\d)\\d(?:[ -]?\\d){12,18}+", PersonalData::isCard),
        /** Phone numbers in international form. */
        PHONE("phone", "(?<![\\p{L}\\p{N}])\\+\\d(?:[ ()/-]{0,3}\\d){6,13}+", null);

        private final String word;
        private final Pattern pattern;
        private final CheckDigits check;

        /** @param check null where it has no check digits */
        Kind(String word, String pattern, CheckDigits check) {
            this.word = word;
            this.pattern = Pattern.compile(pattern);
            this.check = check;
        }

        /** What routes call it. */
        public String word() {
            return word;
        }
    }

    /** Looks at the check digits of the first so many characters of a number without spaces. */
    private interface CheckDigits {
        boolean fit(char[] number, int length);
    }

    private static final int SHORTEST_IBAN = 15;
    private static final int SHORTEST_CARD = 13;

    private PersonalData() {
    }

    /**
     * The kinds of that list.
     *
     * @param words {@code key}, {@code e-mail}, {@code iban}, {@code card}, {@code phone}, comma-separated
     * @throws IllegalArgumentException if one is none of them
     */
    public static Set<Kind> kinds(String words) {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String word : words.split(",", -1)) {
            String lower = word.strip().toLowerCase(Locale.ROOT);
            kinds.add(EnumSet.allOf(Kind.class).stream().filter(kind -> kind.word.equals(lower)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no personal data of the kind '" + lower
                    + "': write key, e-mail, iban, card or phone")));
        }
        return kinds;
    }

    /** {@code text} with what {@code replacement} says in place of each find; the text itself where there is none. */
    public static String replace(String text, Set<Kind> kinds, BiFunction<Kind, String, String> replacement) {
        String replaced = text;
        for (Kind kind : kinds) {
            replaced = replace(replaced, kind, replacement);
        }
        return replaced;
    }

    private static String replace(String text, Kind kind, BiFunction<Kind, String, String> replacement) {
        Matcher matcher = kind.pattern.matcher(text);
        StringBuilder out = null;
        int done = 0;
        int from = 0;
        while (from <= text.length() && matcher.find(from)) {
            int end = kind.check != null ? longest(text, matcher.start(), matcher.end(), kind) : matcher.end();
            if (end < 0) {
                from = matcher.start() + 1; // another may begin inside of what was none
                continue;
            }
            out = out == null ? new StringBuilder(text.length()) : out;
            out.append(text, done, matcher.start())
                    .append(replacement.apply(kind, text.substring(matcher.start(), end)));
            done = end;
            from = end;
        }
        return out == null ? text : out.append(text, done, text.length()).toString();
    }

    /**
     * Where the longest part from {@code start} ends whose check digits fit and that no word or number goes on behind;
     * else -1.
     */
    private static int longest(String text, int start, int most, Kind kind) {
        char[] number = new char[most - start];
        int[] ends = new int[most - start];
        int length = 0;
        for (int i = start; i < most; i++) {
            if (text.charAt(i) != ' ' && text.charAt(i) != '-') {
                number[length] = text.charAt(i);
                ends[length++] = i + 1;
            }
        }
        for (; length > 0; length--) {
            int end = ends[length - 1];
            boolean alone = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
            if (alone && kind.check.fit(number, length)) {
                return end;
            }
        }
        return -1;
    }

    /** ISO 7064, MOD 97-10: letters are two digits, and the first four characters come last. */
    private static boolean isIban(char[] number, int length) {
        if (length < SHORTEST_IBAN) {
            return false;
        }
        int rest = 0;
        for (int i = 0; i < length; i++) {
            int value = Character.digit(number[(i + 4) % length], 36);
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest == 1;
    }

    /** Luhn's check digit (ISO/IEC 7812-1, annex B). */
    private static boolean isCard(char[] number, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            int digit = number[length - 1 - i] - '0';
            int doubled = i % 2 == 1 ? 2 * digit : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return length >= SHORTEST_CARD && sum % 10 == 0 && sum > 0;
    }
}
