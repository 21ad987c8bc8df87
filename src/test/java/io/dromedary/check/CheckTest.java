package io.dromedary.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.config.Environment;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Rule;

/** Every fault in a gateway's files is told at once, with its place and its rule, and nothing is started to find it. */
class CheckTest {

    private static final Environment ENVIRONMENT = Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-x", "LOCAL_API_BASE",
            "http://127.0.0.1:1/v1", "NANOGPT_API_KEY", "sk-y"));

    @TempDir
    private Path home;

    @BeforeEach
    void copyTheProject() throws IOException {
        Files.createDirectory(home.resolve("routes"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Files.copy(route, home.resolve("routes").resolve(route.getFileName()));
            }
        }
        Files.copy(Path.of("application.properties"), home.resolve("application.properties"));
        Files.copy(Path.of("config/litellm_config.yaml"), home.resolve("litellm_config.yaml"));
    }

    private void change(String file, String from, String to) throws IOException {
        String text = Files.readString(home.resolve(file));
        assertTrue(text.contains(from), file + " has " + from);
        Files.writeString(home.resolve(file), text.replace(from, to));
    }

    private void own(String text) throws IOException {
        Files.writeString(home.resolve("routes/own.camel.yaml"), text);
    }

    private Sources sources() {
        return Sources.of(home.resolve("application.properties"), home.resolve("routes"),
                home.resolve("litellm_config.yaml"));
    }

    /** Each fault as {@code file:line:column rule: problem. Mend}, in the order of the files. */
    private List<String> faults() {
        return Check.all(sources(), ENVIRONMENT).faults().all().stream().filter(Finding::stops).map(this::line).sorted()
                .toList();
    }

    private String line(Finding fault) {
        return fault.place().toString().replace(home + "/", "").replace("routes/", "") + " " + fault.rule().id() + ": "
                + fault.problem() + (fault.mend().isEmpty() ? "" : ". " + fault.mend());
    }

    private void assertFaults(String... expected) {
        assertEquals(String.join("\n", expected), String.join("\n", faults()));
    }

    @Test
    void theShippedFilesHaveNoFault() {
        assertFaults();
    }

    @Test
    void aStepThatCallsABeanNobodyDefinesIsToldWithItsNearestName() throws IOException {
        change("routes/deployment.camel.yaml", "ref: takeSlot", "ref: takeSlo");
        assertFaults("deployment.camel.yaml:39:24 known-bean: there is no bean called 'takeSlo'. Did you mean "
                + "takeSlot?");
    }

    @Test
    void aBeanWhoseClassIsNotThereIsTold() throws IOException {
        change("routes/beans.camel.yaml", "io.dromedary.flow.step.ServiceInfo", "io.dromedary.flow.step.ServiceInf");
        assertEquals(1, faults().size());
        assertTrue(faults().get(0).matches(
                "beans\\.camel\\.yaml:\\d+:13 known-class: there is no class "
                + "io\\.dromedary\\.flow\\.step\\.ServiceInf\\. Put its jar into lib/, or mend the name"),
                faults().toString());
    }

    @Test
    void aDirectEndpointThatNobodyConsumesIsToldThoughCamelStartsWithIt() throws IOException {
        change("routes/gateway.camel.yaml", "name: model-router", "name: model-ruter");
        List<String> faults = faults();
        assertTrue(faults.contains(
                "gateway.camel.yaml:38:13 direct-consumed: direct:model-ruter is sent to, and no route begins with it. "
                + "Did you mean direct:model-router?"), faults.toString());
        // Without that link no request finds its way to a deployment.
        assertTrue(faults.stream()
                .anyMatch(fault -> fault.contains("model-routed: no path leads to the deployments, so nobody serves "
                + "qwen3.5-local, qwen3.5, glm-5")), faults.toString());
    }

    @Test
    void aRouteThatNobodySendsToIsAWarning() throws IOException {
        own("- route: {id: lonely, from: {uri: 'direct:lonely', steps: [{log: {message: hi}}]}}\n");
        assertFaults();
        assertEquals(List.of(
                "own.camel.yaml:1:15 direct-reached: direct:lonely is sent to by nobody. Send to it, or remove the "
                + "route"),
                Check.all(sources(), ENVIRONMENT).faults().warnings().stream()
                .filter(fault -> fault.rule() == Rule.DIRECT_REACHED)
                        .map(this::line).toList());
    }

    @Test
    void allFaultsOfAllFilesAreToldAtOnce() throws IOException {
        own("""
                - route:
                    id: mine
                    from:
                      uri: tmer:x
                      steps:
                        - to: kafak:topic
                        - to:
                            uri: log:x
                            parameters:
                              showAl: true
                        - choice:
                            when:
                              - simple: ${body} = 'x'
                                steps:
                                  - setBody:
                                      simple: ${bodi(}
                """);
        change("application.properties", "gateway.threads=512", "gateway.threads=many");
        change("litellm_config.yaml", "model: openai/zai-org/glm-5", "modl: openai/zai-org/glm-5");
        List<String> faults = faults();
        assertTrue(faults.contains(
                "application.properties:46:1 tunable: is 'many'. Write a whole number that is not negative"),
                faults.toString());
        assertTrue(faults.stream().anyMatch(fault -> fault.matches("litellm_config.yaml:\\d+:7 known-key: .*")),
                faults.toString());
        change("application.properties", "gateway.threads=many", "gateway.threads=512");
        change("litellm_config.yaml", "modl: openai/zai-org/glm-5", "model: openai/zai-org/glm-5");
        assertFaults(
                "own.camel.yaml:13:25 route-schema: the expression cannot be read: Unexpected token = at location 8",
                "own.camel.yaml:16:31 route-schema: the expression cannot be read: Unknown function: bodi( at "
                + "location 0",
                "own.camel.yaml:4:7 endpoint: there is no component 'tmer' on the class path. Did you mean timer?",
                "own.camel.yaml:6:15 endpoint: there is no component 'kafak' on the class path. Put camel-kafak and "
                + "what it needs into lib/, "
                        + "or mend the name",
                "own.camel.yaml:8:13 endpoint: the component has no option showAl. Did you mean showAll?");
    }

    @Test
    void aKeyThatCamelDoesNotKnowIsToldWithTheNearest() throws IOException {
        change("routes/model-router.camel.yaml", "      steps:\n        - process:", "      stps:\n        - process:");
        List<String> faults = faults();
        assertTrue(faults.contains(
                "model-router.camel.yaml:14:7 route-schema: is no key of from. Did you mean steps?"),
                faults.toString());
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() throws IOException {
        own("- route:\n    id: mine\n   from: x\n");
        assertTrue(faults().get(0).startsWith("own.camel.yaml:3:4 yaml-syntax: "), faults().toString());
    }

    @Test
    void twoRoutesOfOneIdAreTold() throws IOException {
        own("- route: {id: chat, from: {uri: 'direct:a', steps: [{to: {uri: 'direct:gateway'}}]}}\n");
        assertTrue(faults().stream().anyMatch(
                fault -> fault.contains("unique-route-id: chat is the id of two routes")), faults().toString());
    }

    @Test
    void aTemplateThatIsNotThereOrLacksAParameterIsTold() throws IOException {
        own("""
                - templatedRoute: {routeTemplateRef: endpont, routeId: a, parameters: [{name: path, value: /a}]}
                - templatedRoute: {routeTemplateRef: endpoint, routeId: b, parameters: [{name: path, value: /b}]}
                """);
        List<String> faults = faults();
        assertTrue(faults.contains(
                "own.camel.yaml:1:38 route-template: names the template 'endpont', which is in no file. "
                + "Did you mean endpoint?"), faults.toString());
        assertTrue(faults.contains(
                "own.camel.yaml:2:19 route-template: lacks 'operation', which the template endpoint needs. "
                + "Add - name: operation"), faults.toString());
    }

    @Test
    void aBranchForAModelInNoListMustComeBeforeTheOneForUnknownModels() throws IOException {
        change("routes/model-router.camel.yaml", "            otherwise:\n",
                "              - simple: ${exchangeProperty.model} == 'ghost'\n"
                + "                steps: [{process: {ref: answer}}]\n            otherwise:\n");
        List<String> faults = faults();
        assertTrue(faults.stream().anyMatch(fault ->
                fault.contains("model-routed: is never reached: ghost is in no model_list")), faults.toString());
    }

    @Test
    void aRouterOfAnEarlierVersionIsToldToMakeThePlan() throws IOException {
        change("routes/model-router.camel.yaml", "            ref: planRequest\n", "            ref: chooseModel\n");
        List<String> faults = faults();
        assertTrue(faults.stream().anyMatch(fault -> fault.contains("model-routed: has no step planRequest")),
                faults.toString());
    }

    @Test
    void whatOnlyCamelKnowsIsToldWithItsRoute() throws IOException {
        own("- route: {id: mine, from: {uri: 'timer:x', steps: [{setBody: {jq: .x}}]}}\n");
        List<String> faults = faults();
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("own.camel.yaml:1:15 route-made: "), faults.toString());
        assertTrue(faults.get(0).contains("jq"), faults.toString());
    }

    @Test
    void aNamedFileTakesThePlaceOfTheServedOneOfItsName() throws IOException {
        Path other = Files.createDirectory(home.resolve("other"));
        Files.writeString(other.resolve("model-router.camel.yaml"), "- beans: [{name: x, type: no.such.Thing}]\n");
        Sources sources = sources().with(List.of(other.resolve("model-router.camel.yaml")));
        assertFalse(sources.routes().contains(home.resolve("routes/model-router.camel.yaml")));
        assertTrue(Check.all(sources, ENVIRONMENT).faults().all().stream()
                .anyMatch(fault -> fault.rule() == Rule.KNOWN_CLASS));
    }

    @Test
    void noSecretOfAnEndpointIsTold() throws IOException {
        own("- route: {id: mine, from: {uri: 'timer:x', steps: [{to: {uri: 'log:x?passwort=geheim4711'}}]}}\n");
        assertTrue(faults().get(0).contains("has no option passwort"), faults().toString());
        assertFalse(faults().toString().contains("geheim4711"));
    }

    @Test
    void aRouteThatWouldListenOrConsumeIsNotStarted() throws IOException {
        Path inbox = Files.createDirectory(home.resolve("inbox"));
        Files.writeString(inbox.resolve("letter.txt"), "unread");
        own("- route: {id: mine, from: {uri: 'file:" + inbox
                + "?delete=true&initialDelay=0', steps: [{log: {message: read}}]}}\n");
        assertFaults();
        assertEquals("unread", Files.readString(inbox.resolve("letter.txt")));
    }

    @Test
    void aFaultInAnInterceptorIsToldOnceAndNotForEachRouteItIsPartOf() throws IOException {
        own("- routeConfiguration: {interceptFrom: [{interceptFrom: {uri: 'direct:deployment-*', steps: [{process: "
                + "{ref: nobody}}]}}]}\n");
        assertFaults("own.camel.yaml:1:109 known-bean: there is no bean called 'nobody'. Define it under - beans:, or "
                + "mend the name");
    }

    @Test
    void anInterceptorAtAPlaceThatIsNotThereIsToldSinceItWouldNeverRun() throws IOException {
        own("- routeConfiguration: {interceptFrom: [{interceptFrom: {uri: 'direct:deployments-*', steps: [{log: "
                + "{message: hi}}]}}]}\n");
        assertFaults("own.camel.yaml:1:62 direct-consumed: no route begins with direct:deployments-*, so these steps "
                + "never run. "
                + "Did you mean direct:deployment-*?");
    }

    private void step(String step) throws IOException {
        own("- routeConfiguration:\n    interceptFrom:\n      - interceptFrom:\n          uri: direct:model-router\n"
                + "          steps:\n            - " + step + "\n");
    }

    @Test
    void aMethodThatABeanDoesNotHaveIsToldInTheFileThatCallsIt() throws IOException {
        step("bean: {ref: requestBody, method: \"sett(${body}, 'model', 'x')\"}");
        assertFaults("own.camel.yaml:6:48 known-method: requestBody has no method sett. Did you mean set?");
        step("setBody: {simple: '${bean:requestBody?method=txts}'}");
        assertFaults("own.camel.yaml:6:33 known-method: requestBody has no method txts. Did you mean texts?");
        step("setBody: {simple: '${bean:requestBdy?method=texts}'}");
        assertFaults("own.camel.yaml:6:33 known-bean: there is no bean called 'requestBdy'. Did you mean requestBody?");
    }

    @Test
    void aPropertyThatIsNotThereIsToldInTheFileThatNamesIt() throws IOException {
        step("setProperty: {name: a, constant: '{{gateway.thread}}'}");
        assertFaults("own.camel.yaml:6:48 known-property: there is no property of that name. "
                + "Did you mean gateway.threads?");
        step("setProperty: {name: a, constant: '{{my.greeting:hello}} {{?my.other}} {{env:HOME}}'}");
        assertFaults();
    }

    @Test
    void aMisspeltFunctionThatCamelTakesIsTold() throws IOException {
        step("setBody: {simple: '${exchangeProprty.model}'}");
        assertFaults("own.camel.yaml:6:33 known-function: there is no function exchangeProprty in Camel's simple "
                + "language. Did you mean exchangeProperty?");
        step("log: {message: '${exchangeProperty.model} ${exchangeId} ${headers} ${exception.message}'}");
        assertFaults();
    }

    @Test
    void whatOnlyCamelFindsInAnInterceptorIsToldInItsFile() throws IOException {
        step("setBody: {jq: .x}");
        List<String> faults = faults();
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).startsWith("own.camel.yaml:4:11 route-made: "), faults.toString());
        assertTrue(faults.get(0).endsWith("Without this file, the route model-router can be made"), faults.toString());
    }

    @Test
    void noSecretOfAnInterceptorsEndpointIsTold() throws IOException {
        own("- routeConfiguration: {interceptFrom: [{interceptFrom: {uri: 'direct:model-router', steps: "
                + "[{to: {uri: 'file:out?fileNam=x&secretKey=geheim4711'}}]}}]}\n");
        assertTrue(faults().get(0).contains("has no option fileNam, secretKey"), faults().toString());
        assertFalse(faults().toString().contains("geheim4711"), faults().toString());
        assertEquals("Failed: file:///x?... due to: Unknown options: fileNam, secretKey",
                io.dromedary.findings.CamelMessage.clean(
                "Failed: file:///x?a=b&c=geheim 4711 due to: Unknown parameters=[{fileNam=x, secretKey=geheim, "
                + "4711}]"));
    }

    @Test
    void aValueThatBeginsWithBracesIsToldToNeedQuotes() throws IOException {
        own("- route:\n    id: x\n    from:\n      uri: timer:x\n      steps:\n        - log:\n            message: "
                + "{{gateway.routes}} is it\n");
        assertFaults("own.camel.yaml:7:22 yaml-syntax: a value that begins with {{ is a map to YAML. Put it in quotes");
    }

    @Test
    void anEmptyFileAndOneThatIsNoListAreTold() throws IOException {
        own("# nothing yet\n");
        assertFaults("own.camel.yaml:1:1 route-schema: holds nothing, which Camel refuses. Begin with - route:, or "
                + "remove the file");
        own("route:\n  id: x\n");
        assertFaults("own.camel.yaml:1:1 route-schema: is no list. Begin with - route:, or remove the file");
    }

    @Test
    void whatCamelTakesIsNoFault() throws IOException {
        own("""
                - beans:
                    - name: mine
                      type: java.util.concurrent.atomic.AtomicInteger
                - route:
                    from:
                      uri: direct://with-slashes?exchangePattern=InOut
                      steps:
                        - log: "direct:nothing"
                        - setHeader: {name: x, constant: "direct:nothing"}
                        - recipientList: {simple: "direct:a,direct:b"}
                        - toD: {uri: "direct:${exchangeProperty.where}"}
                        - to: "log:{{camel.main.name}}?level=DEBUG"
                        - multicast: {steps: [{to: "direct:a"}, {to: {uri: "direct:b"}}]}
                        - doTry:
                            steps: [{bean: {ref: mine, method: get}}]
                            doCatch: [{exception: [java.lang.Exception], steps: [{wireTap: {uri: "direct:a"}}]}]
                - from:
                    uri: timer:tick?repeatCount=1
                    steps: [{to: "direct:with-slashes"}, {to: "seda:later"}]
                - from: {uri: "direct:a", steps: [{log: a}]}
                - from: {uri: direct, parameters: {name: b}, steps: [{log: b}]}
                - from: {uri: "seda:later", steps: [{log: later}]}
                - routeTemplate:
                    id: of-my-own
                    parameters: [{name: n}, {name: level, defaultValue: INFO}]
                    from: {uri: "direct:mine-{{n}}", steps: [{log: {message: "{{n}}", loggingLevel: "{{level}}"}}]}
                - templatedRoute: {routeTemplateRef: of-my-own, routeId: mine-1, parameters: [{name: n, value: "1"}]}
                - from: {uri: "timer:other?repeatCount=1", steps: [{to: "direct:mine-1"}]}
                """);
        assertFaults();
        assertEquals(List.of(), Check.all(sources(), ENVIRONMENT).faults().warnings().stream()
                .filter(fault -> fault.rule() == Rule.DIRECT_REACHED)
                .map(this::line).toList());
    }

    @Test
    void anEndpointWhoseParametersAreWrongIsToldWithWhatToWrite() throws IOException {
        change("routes/endpoints.camel.yaml", "{name: under, value: root}\n      - {name: method, value: GET}",
                "{name: under, value: top}");
        assertTrue(faults().toString().contains("parameter under 'top': write base or root"), faults().toString());
    }
}
