package io.dromedary.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.request.PersonalData.Kind;

/** What is found, and what only looks like it. */
class PersonalDataTest {

    private static String masked(String text) {
        return PersonalData.replace(text, EnumSet.allOf(Kind.class), (kind, found) -> "[" + kind.word() + "]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "to ada@example.org. | to [e-mail].",
        "jürgen.o'neil+x@müller.co.uk | jürgen.o'[e-mail]",
        "<a@b.de>,c@d.eu | <[e-mail]>,[e-mail]",
        "pay DE89 3704 0044 0532 0130 00 AND GO | pay [iban] AND GO",
        "GB82WEST12345698765432 | [iban]",
        "AB12 CDEF GHIJ DE89370400440532013000 | AB12 CDEF GHIJ [iban]",
        "card 4111 1111 1111 1111 12/29 | card [card] 12/29",
        "5500-0000-0000-0004 | [card]",
        "key sk-abcDEF0123456789xyz! | key [key]!",
        "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSMeK | [key]",
        "call +49 (0)30 1234567 now | call [phone] now"
    })
    void whatItIsIsFound(String text, String expected) {
        assertEquals(expected, masked(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a @ b", "@example.org", "me@localhost", "DE88 3704 0044 0532 0130 00",
        "4111 1111 1111 1112", "0000 0000 0000 0000", "12345678901234567890123456", "sk-short",
        "task-0123456789abcdefgh", "1+4930123456789", "https://example.org/a?b=c", "eyJ.eyJ.x", ""})
    void whatOnlyLooksLikeItIsNot(String text) {
        assertEquals(text, masked(text));
    }

    @Test
    void theCostIsLinear() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (String piece : new String[] {"a", "1", "DE89 ", "a.", "@", "a@", "a@b", "sk-", "eyJ", "eyJaaaaa.",
                "+1 ", "1 ", "A1", "["}) {
                masked(piece.repeat(1_000_000 / piece.length()));
            }
        });
    }

    @Test
    void kindsAreNamedAndOthersAreAMistake() {
        assertEquals(Set.of(Kind.EMAIL, Kind.CARD), PersonalData.kinds("e-mail, Card"));
        assertThrows(IllegalArgumentException.class, () -> PersonalData.kinds("e-mail,name"));
    }
}
