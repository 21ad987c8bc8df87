package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;

/** A .env says the same here as under Docker Compose and python-dotenv; what cannot be read is told by its line. */
class DotEnvTest {

    private static final Map<String, String> REAL = Map.of("REAL", "real", "BOTH", "of the environment", "NOTHING", "");

    @TempDir
    private Path folder;

    private Environment read(String text) throws IOException {
        Files.writeString(folder.resolve(".env"), text);
        return Environment.of(REAL, folder);
    }

    private static List<String> told(Environment environment) {
        return environment.findings().stream().map(Finding::toString).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', nullValues = "UNSET", value = {
        "X=plain                              | plain",
        "X = spaced                           | spaced",
        "X: yaml                              | yaml",
        "export X=exported                    | exported",
        "~export\tX=exported~                 | exported",
        "~\tX=indented~                       | indented",
        "X=a b c                              | a b c",
        "X=sk-a#b                             | sk-a#b",
        "X=value # comment                    | value",
        "X=#fff                               | #fff",
        "X= # comment                         | UNSET",
        "X=\"value # none\" # comment         | value # none",
        "X='it''s                             | UNSET",
        "X='it\\'s'                           | it's",
        "~X='a\\nb ${REAL} $X'~               | ~a\\nb ${REAL} $X~",
        "~X=\"a\\tb \\\"c\\\" \\d\"~          | ~a\tb \"c\" \\d~",
        "~X=\"two\nlines\"~                   | ~two\nlines~",
        "X=it's                               | it's",
        "X=sk-$pecial$2                       | sk-$pecial$2",
        "X=pre-${REAL}-post                   | pre-real-post",
        "X=\"${REAL}\"                        | real",
        "X=\"\\${REAL}\"                      | ${REAL}",
        "X=${MISSING}x                        | x",
        "X=${MISSING:-other}                  | other",
        "X=${MISSING-other}                   | other",
        "X=${NOTHING:-other}                  | other",
        "X=${NOTHING-other}                   | UNSET",
        "X=${REAL:+other}                     | other",
        "X=${MISSING:+other}                  | UNSET",
        "X=${REAL:?no}                        | real",
        "X=${MISSING:?no}                     | UNSET",
        "X=${REAL                             | ${REAL",
        "X=${MISSING:-${REAL}}                | real",
        "X=${REAL:-${BOTH}}                   | real",
        "X=${MISSING:-${NOTHING:-other}}!     | other!",
        "X=${MISSING:-a ${NOTHING:-b ${REAL} c} d} | a b real c d",
        "X=\"${MISSING:-${REAL}/${BOTH}}\"     | real/of the environment",
        "X='${MISSING:-${REAL}}'              | ${MISSING:-${REAL}}",
        "X=\"${MISSING:-say \\\"hi\\\"}\"      | say \"hi\"",
        "X=${REAL:+${BOTH}}                   | of the environment",
        "X=${REAL:-${MISSING:?no}}            | real",
        "X=${MISSING:+${MISSING:?no}}         | UNSET",
        "X=${MISSING:-${MISSING:?no}}         | UNSET",
        "X=${MISSING:-${REAL}                 | ${MISSING:-real",
        "X=${1X:-${REAL}}                     | ${1X:-real}",
        "~A=1\nX=${A}2\nA=3~                  | 12",
        "~X=1\nX=2~                           | 2",
        "~X=1\r\nY=2\r\n~                     | 1",
        "~\uFEFFX=marked~                     | marked",
        "~BARE\nX=after~                      | after",
        "X                                    | UNSET",
        "X=                                   | UNSET"})
    void aLineSaysWhatItSaysElsewhere(String text, String value) throws IOException {
        assertEquals(value, read(text).get("X").orElse(null));
    }

    @Test
    void theRealEnvironmentWins() throws IOException {
        assertEquals("of the environment", read("BOTH=file\n").get("BOTH").orElse(""));
        assertTrue(Environment.of(Map.of(), Files.createDirectory(folder.resolve("empty"))).asMap().isEmpty());
    }

    @Test
    void whatPowerShellWritesIsReadToo() throws IOException {
        Files.write(folder.resolve(".env"), "\uFEFFX=wide\r\n".getBytes(StandardCharsets.UTF_16LE));
        assertEquals("wide", Environment.of(Map.of(), folder).get("X").orElse(""));
    }

    @Test
    void whatCannotBeReadIsToldByItsLineAndNeverByItsTextAndStopsNothingElse() throws IOException {
        Environment environment = read("""
                # first
                A=1
                sk-secret one
                B="sk-secret
                C="two
                lines" sk-secret
                  =sk-secret
                D=${MISSING}
                E=${MISSING:?sk-secret}
                1F=sk-secret
                # a name alone is the environment's own
                sk-secret
                Z=26
                """);
        assertEquals(List.of(
                ".env:3:1: .env: has no = after its name: it sets nothing",
                ".env:4:1: .env: goes on after the closing quote: B is not set",
                ".env:5:1: .env: goes on after the closing quote: C is not set",
                ".env:6:1: .env: has no = after its name: it sets nothing",
                ".env:7:1: .env: does not begin with a name: it sets nothing",
                ".env:8:1: .env: refers to MISSING, which is not set: it is read as nothing",
                ".env:9:1: .env: needs MISSING, which is not set: neither is E",
                ".env:10:1: .env: does not begin with a name: it sets nothing").toString(),
                told(environment).toString());
        assertEquals("1", environment.get("A").orElse(""));
        assertEquals("26", environment.get("Z").orElse(""));
        assertTrue(environment.get("B").isEmpty() && environment.get("C").isEmpty());
    }

    @Test
    void aQuoteWithoutItsSecondIsToldAndTheLinesAfterItAreRead() throws IOException {
        Environment environment = read("A=\"sk-secret\nB=2\n");
        assertEquals(List.of(".env:1:1: .env: has a quote without its second: A is not set"), told(environment));
        assertEquals("2", environment.get("B").orElse(""));
    }

    @Test
    void referencesThatMultiplyAreBounded() throws IOException {
        StringBuilder text = new StringBuilder("A0=0123456789\n");
        for (int i = 1; i <= 40; i++) {
            text.append("A%d=${A%d}${A%d}%n".formatted(i, i - 1, i - 1));
        }
        Environment environment = read(text.toString());
        assertTrue(environment.get("A12").orElse("").length() == 40960);
        assertTrue(environment.get("A13").isEmpty());
        assertTrue(told(environment).get(0).contains("makes more than 65536 characters: A13 is not set"));
    }

    @Test
    void onlyWhatIsTakenIsLookedUp() throws IOException {
        assertEquals(List.of(), told(read("X=${REAL:-${MISSING}}\nY=${MISSING:+${MISSING}}\n")));
        assertEquals(List.of(".env:1:1: .env: refers to MISSING, which is not set: it is read as nothing"),
                told(read("X=${NOTHING:-${MISSING}}\n")));
    }

    @Test
    void referencesWithinReferencesAreBoundedAndReadOnce() throws IOException {
        assertEquals("x", read("X=" + "${MISSING:-".repeat(64) + "x" + "}".repeat(64)).get("X").orElse(""));
        Environment deep = read("X=" + "${MISSING:-".repeat(65) + "x" + "}".repeat(65) + "\nY=1\n");
        assertEquals(List.of(".env:1:1: .env: has references more than 64 deep: X is not set"), told(deep));
        assertEquals("1", deep.get("Y").orElse(""));
        String open = "${M:-".repeat(600_000);
        assertEquals(List.of(".env:1:1: .env: makes more than 65536 characters: X is not set"),
                told(read("X=" + open)));
        assertEquals(List.of(".env:1:1: .env: has references more than 64 deep: X is not set"),
                told(read("X=" + open.substring(0, 500_000) + "}".repeat(200_000))));
    }

    @Test
    void whatIsToldStandsWithTheConfigurationsFindings() throws IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), """
                model_list:
                  - model_name: a
                    litellm_params: {model: openai/up, api_base: 'http://127.0.0.1:1/v1'}
                general_settings: {master_key: os.environ/KEY}
                """);
        GatewayConfig served = new ConfigReader(List.of(), false).read(config, read("KEY=sk-1\nOTHER='sk-2\n"));
        assertEquals("[.env:2:1: .env: has a quote without its second: OTHER is not set]",
                served.warnings().toString());
        FilesRejected refused = assertThrows(FilesRejected.class,
                () -> new ConfigReader(List.of(), false).read(config, read("KEY='sk-1\n")));
        String said = refused.faults().toString();
        assertTrue(said.contains(".env:1:1: .env: has a quote without its second: KEY is not set"), said);
        assertTrue(said.contains("KEY, which is not set"), said);
        assertFalse(said.contains("sk-1"), said);
    }
}
