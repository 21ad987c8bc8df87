package io.dromedary.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.json.Json;

/** What a prompt has at least is never more than what tokenizers make of it, and is not far below for prose. */
class PromptLengthTest {

    private static long least(String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return PromptLength.leastTokens(body, RequestReader.fieldsAfterStep(body));
    }

    private static long leastOf(String text) {
        return least("{\"prompt\":" + new String(Json.literal(text), StandardCharsets.UTF_8) + "}");
    }

    /** The numbers are those of the smallest of o200k_base, cl100k_base and r50k_base. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "35 | 52 | The gateway reads a request's body once and relays the rest of it unread, byte for byte. What it "
                + "must know is found while the fields are found: nothing is copied, and no tree is built of "
                + "a prompt that "
                + "may have a megabyte.",
        "16 | 32 | Die Donaudampfschifffahrtsgesellschaft hat eine Zusammenarbeitsvereinbarung unterzeichnet, deren "
                + "Durchführungsbestimmungen außergewöhnlich umfangreich sind.",
        "12 | 21 | Ответственность за невыполнение обязательств определяется законодательством Российской Федерации и "
                + "условиями настоящего договора.",
        "20 | 51 | 网关只读取一次请求正文，其余部分逐字节转发。它必须知道的内容会在查找字段时一并找到，不会复制任何数据，也不会为可能有一兆字节的提示构建任何树。",
        "10 | 20 | 게이트웨이는 요청 본문을 한 번만 읽고 나머지는 그대로 전달합니다.",
        "5  | 32 | เกตเวย์จะอ่านเนื้อหาของคำขอเพียงครั้งเดียว และส่งต่อส่วนที่เหลือโดยไม่เปลี่ยนแปลง",
        "15 | 27 | गेटवे अनुरोध के मुख्य भाग को केवल एक बार पढ़ता है और शेष को बिना बदले आगे भेजता है।",
        "12 | 22 | تقرأ البوابة نص الطلب مرة واحدة وتعيد توجيه الباقي كما هو دون تغيير.",
        "5  | 23 | 😀😀😀 🐪🐪 👩‍👩‍👧‍👦 ok 👍🏽",
        "15 | 35 | 3.14159265358979 12345678901234567890 2026-11-28T09:51:00Z 1,000,000",
        "15 | 23 | get_user_name_by_id(self, user_id) -> Optional[User]: return self._users.get(user_id)",
        "10 | 15 | https://example.com/path/to/resource?id=42&name=value#fragment",
        "10 | 18 | . . . . . . . , ; : ! ? ( ) [ ] { }"})
    void noMoreThanATokenizerCounts(long notFarBelow, long counted, String text) {
        long least = leastOf(text);
        assertTrue(least >= notFarBelow && least <= counted, least + " of " + counted);
        assertEquals(least, least("{\"prompt\":\"" + escaped(text) + "\"}"), "written with escapes");
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(unit -> escaped.append(unit < 0x80 && unit != '"' && unit != '\\'
                ? String.valueOf((char) unit) : String.format("\\u%04x", unit)));
        return escaped.toString();
    }

    @Test
    void runsOfOneCharacterAreOneTokenAndWhiteSpaceIsNone() {
        assertEquals(1, leastOf("#".repeat(500)));
        assertEquals(2, leastOf("a" + " \n\t".repeat(500) + "b"));
    }

    @Test
    void whatLooksLikeBase64IsAnImageAndNoText() {
        String line = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";
        assertEquals(1, leastOf("x " + line.repeat(1000)));
        assertEquals(1, leastOf("x " + (line + "\n").repeat(1000)), "also in lines");
        assertEquals(3, leastOf("x " + "a".repeat(30)), "a long word counts twice");
    }

    @Test
    void onlyWhatIsAPromptCountsAndOfSeveralTheLongest() {
        assertEquals(3, least("{\"messages\":[{\"role\":\"user\",\"content\":\"two words\"}],"
                + "\"user\":\"not this one\"}"));
        assertEquals(3, least("{\"input\":[\"one\",\"three words here\",\"two words\"],\"model\":\"m\"}"));
        assertEquals(0, least("{\"prompt\":[1,2,3],\"model\":\"some name\"}"));
    }
}
