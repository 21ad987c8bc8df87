package io.dromedary.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The structure that CONTRIBUTING.md describes: which package may know which other one, and where libraries are known.
 */
class ArchitectureTest {

    private static JavaClasses gateway;

    /** The classes that use inner types of Vert.x, for which it has no public API. */
    private static final Set<String> KNOW_VERTX_INTERNALS = Set.of(
            "io.dromedary.client.ClientCall", "io.dromedary.client.ClientConnection",
            "io.dromedary.client.FormBytes", "io.dromedary.client.RequestAttachment", "io.dromedary.http.CallingLoop",
            "io.dromedary.server.BodyReader", "io.dromedary.server.GatewayServer", "io.dromedary.server.LastAnswer",
            "io.dromedary.server.Listener",
            "io.dromedary.server.RequestMarks", "io.dromedary.server.RequestPath",
            "io.dromedary.server.RequestThreads",
            "io.dromedary.server.StrictRequestDecoder");

    private static final DescribedPredicate<JavaClass> IS_VERTX_INTERNAL = describe("are inner types of Vert.x",
            type -> type.getPackageName().matches("io\\.vertx\\.(.*\\.)?(impl|spi)(\\..*)?"));

    @BeforeAll
    static void read() {
        gateway = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.dromedary");
        assertFalse(gateway.isEmpty());
    }

    @Test
    void noPackagesDependOnEachOtherInACycle() {
        slices().matching("io.dromedary.(**)").should().beFreeOfCycles().check(gateway);
    }

    @Test
    void innerTypesOfVertxAreUsedInNamedPlacesOnly() {
        noClasses().that(describe("are not named", type -> !KNOW_VERTX_INTERNALS.contains(outermost(type))))
                .should().dependOnClassesThat(IS_VERTX_INTERNAL).check(gateway);
    }

    @Test
    void eachNamedPlaceStillUsesThem() {
        for (String name : KNOW_VERTX_INTERNALS) {
            boolean uses = gateway.stream().filter(type -> outermost(type).equals(name))
                    .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                    .anyMatch(use -> IS_VERTX_INTERNAL.test(use.getTargetClass()));
            assertTrue(uses, name + " uses no inner type of Vert.x any more: take it off the list");
        }
    }

    @Test
    void innerTypesOfNettyAreNotUsed() {
        noClasses().should().dependOnClassesThat().resideInAPackage("io.netty.util.internal..").check(gateway);
    }

    @Test
    void nettyIsKnownWhereBytesComeAndGoAndTimeRuns() {
        noClasses().that().resideOutsideOfPackages("io.dromedary.http", "io.dromedary.server", "io.dromedary.client",
                "io.dromedary.time",
                        "io.dromedary.attempt", "io.dromedary.flow.step", "io.dromedary.flow.make")
                .should().dependOnClassesThat().resideInAPackage("io.netty..").check(gateway);
    }

    @Test
    void camelIsKnownWhereRoutesAreMadeAndStepsStand() {
        noClasses().that().resideOutsideOfPackages("io.dromedary.flow..", "io.dromedary.check", "io.dromedary.demo")
                .and().doNotHaveFullyQualifiedName("io.dromedary.app.serve.Generation")
                .should().dependOnClassesThat().resideInAPackage("org.apache.camel..").check(gateway);
    }

    /** The demo and {@code top} ask a gateway as any client would; the component bounds what Camel's client reads. */
    @Test
    void noOtherHttpClientIsUsed() {
        noClasses().that().doNotHaveFullyQualifiedName("io.dromedary.app.command.Demo").and()
                .doNotHaveFullyQualifiedName("io.dromedary.app.command.RemoteState").and()
                .doNotHaveFullyQualifiedName("io.dromedary.flow.make.BoundedHttpComponent").should()
                .dependOnClassesThat().resideInAnyPackage("org.apache.hc..", "java.net.http..").check(gateway);
    }

    /** Where no collector is named, none of it is loaded. */
    @Test
    void openTelemetryIsKnownByOneClass() {
        noClasses().that(describe("are another one", type ->
                        !outermost(type).equals("io.dromedary.observe.trace.OtlpSpans")))
                .should().dependOnClassesThat().resideInAPackage("io.opentelemetry..").check(gateway);
    }

    /** {@code GatewayLog} quotes and cuts every value: what goes past it could forge a line. */
    @Test
    void nothingIsLoggedPastTheGatewaysLog() {
        noClasses().that().resideOutsideOfPackage("io.dromedary.log").and()
                .doNotHaveFullyQualifiedName("io.dromedary.app.process.LogLevel")
                .should().dependOnClassesThat().resideInAPackage("org.slf4j..").check(gateway);
    }

    /** Camel's command line makes an instance of every class that has a constructor without parameters, or fails. */
    @Test
    void camelRunCanMakeAnInstanceOfWhateverItTries() {
        gateway.stream().filter(type -> type.getEnclosingClass().isEmpty() && !type.isInterface()
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .forEach(type -> type.getConstructors().stream()
                        .filter(constructor -> constructor.getRawParameterTypes().isEmpty())
                        .forEach(constructor -> assertTrue(constructor.getModifiers().contains(JavaModifier.PRIVATE)
                                || constructor.getModifiers().contains(JavaModifier.PUBLIC)
                                && type.getModifiers().contains(JavaModifier.PUBLIC),
                                type.getName() + " has a constructor that Camel's command line cannot call")));
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type.getName());
    }
}
