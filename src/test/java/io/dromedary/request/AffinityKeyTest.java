package io.dromedary.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests that belong together have in common, and what others have not. */
class AffinityKeyTest {

    private static final String FIRST = "{'model':'m','messages':[{'role':'system','content':'Be kind'},"
            + "{'role':'user','content':'hi'}],'tools':[{'type':'function','function':{'name':'f'}}]}";

    private static Optional<AffinityKey> prefix(String json) {
        return AffinityKey.ofPrefix("master", "m", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void twoKeysWithTheSameSessionAreNotSteeredTogether() {
        assertNotEquals(AffinityKey.ofSession("app-one", "s"), AffinityKey.ofSession("app-two", "s"));
        assertEquals(AffinityKey.ofSession("app-one", "s"), AffinityKey.ofSession("app-one", "s"));
        assertNotEquals(AffinityKey.ofSession("a", "bc"), AffinityKey.ofSession("ab", "c"));
        assertNotEquals(AffinityKey.ofKey("app-one"), AffinityKey.ofKey("app-two"));
        byte[] body = FIRST.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        assertNotEquals(AffinityKey.ofPrefix("app-one", "m", body), AffinityKey.ofPrefix("app-two", "m", body));
        assertNotEquals(AffinityKey.ofPrefix("app-one", "m", body), AffinityKey.ofPrefix("app-one", "n", body));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'model':'m','messages':[{'role':'system','content':'Be kind'},{'role':'user','content':'hi'},"
            + "{'role':'assistant','content':'hello'},{'role':'user','content':'more'}],"
            + "'tools':[{'type':'function','function':{'name':'f'}}]}",
        "{'stream':true,'tools': [{'type':'function', 'function':{'name':'f'}}],'temperature':1,"
            + "'messages': [{'role':'system', 'content':'Be kind'}, {'role':'user','content':'hi'}]}",
        "{'messages':[{'role':'system','content':'Be kind'},{'role':'user','content':'hi',"
            + "'cache_control':{'type':'ephemeral'}}],'tools':[{'type':'function','function':{'name':'f'}}]}"})
    void laterTurnsOfAConversationHaveTheSamePrefix(String body) {
        assertEquals(prefix(FIRST), prefix(body));
        assertEquals(AffinityKey.ofSession("x", "y").hash(), AffinityKey.ofSession("x", "y").hash());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'messages':[{'role':'system','content':'Be rude'},{'role':'user','content':'hi'}],"
            + "'tools':[{'type':'function','function':{'name':'f'}}]}",
        "{'messages':[{'role':'system','content':'Be kind'},{'role':'user','content':'ho'}],"
            + "'tools':[{'type':'function','function':{'name':'f'}}]}",
        "{'messages':[{'role':'system','content':'Be kind'},{'role':'user','content':'hi'}],"
            + "'tools':[{'type':'function','function':{'name':'g'}}]}",
        "{'messages':[{'role':'developer','content':'Be kind'},{'role':'user','content':'hi'}],"
            + "'tools':[{'type':'function','function':{'name':'f'}}]}",
        "{'messages':[{'role':'system','content':'Be kind'},{'role':'user','content':'hi'}]}"})
    void anotherBeginningIsAnotherPrefix(String body) {
        assertNotEquals(prefix(FIRST), prefix(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "", "{'messages':'hi'}", "{'messages':[]}", "{'messages':['hi']}",
        "{'messages':[{'role':'assistant','content':'hi'}]}", "{'prompt':'hi'}", "{'messages':[{'role':'user'"})
    void withoutAMessageOfAUserThereIsNone(String body) {
        assertEquals(Optional.empty(), prefix(body));
    }

    @Test
    void longPartsCountByTheirBeginning() {
        String text = "x".repeat(100_000);
        String long1 = "{'messages':[{'role':'system','content':'" + text + "'},{'role':'user','content':'hi'}]}";
        assertEquals(prefix(long1), prefix(long1.replace("x'", "y'")), "its end");
        assertNotEquals(prefix(long1), prefix(long1.replace("'xx", "'yx")), "its beginning");
        assertNotEquals(prefix(long1), prefix(long1.replace("'hi'", "'ho'")), "what comes after it");
    }
}
