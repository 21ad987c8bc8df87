package io.dromedary.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;

/** The manifests of {@code deploy/kubernetes}: as they are written, and as kustomize puts them together. */
final class Manifests {

    /** Where they are. */
    static final Path FOLDER = Path.of("deploy/kubernetes").toAbsolutePath();

    private static final String KUBECTL = "kubectl";

    private Manifests() {
    }

    /** Whether there is a kubectl on this machine, whose kustomize puts them together. */
    static boolean canRender() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, KUBECTL)));
    }

    /** What {@code kubectl kustomize} makes of a folder. */
    static List<HasMetadata> rendered(Path folder) throws IOException, InterruptedException {
        Path faults = Files.createTempFile("kustomize", ".txt");
        Process process = new ProcessBuilder(KUBECTL, "kustomize", folder.toString()).redirectError(faults.toFile())
                .start();
        String yaml = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(folder + ": " + Files.readString(faults));
        }
        Files.delete(faults);
        return parsed(yaml);
    }

    /** The objects of all files that kustomize takes as they are. */
    static List<HasMetadata> written() throws IOException {
        List<HasMetadata> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
                String text = Files.readString(file);
                if (text.contains("\nkind: ") && !text.contains("kustomize.config.k8s.io")) {
                    all.addAll(parsed(text));
                }
            }
        }
        return all;
    }

    /** The objects of a YAML text with several documents. */
    static List<HasMetadata> parsed(String yaml) {
        return Stream.of(yaml.split("(?m)^---$")).filter(document -> document.contains("kind:"))
                .map(Manifests::object).toList();
    }

    private static HasMetadata object(String yaml) {
        try {
            String json = new ObjectMapper(new YAMLFactory()).readTree(yaml).toString();
            return (HasMetadata) Serialization.unmarshal(json, KubernetesResource.class);
        } catch (IOException e) {
            throw new UncheckedIOException(yaml, e);
        }
    }

    /** The one object of that kind and name. */
    static <T extends HasMetadata> T one(List<HasMetadata> of, Class<T> kind, String name) {
        return of.stream().filter(kind::isInstance).map(kind::cast)
                .filter(object -> object.getMetadata().getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
    }

    /** The fields below {@code object} that its class does not know: misspelt, or in a wrong place. */
    static List<String> unknownFields(Object object) {
        List<String> unknown = new ArrayList<>();
        look(object, unknown);
        return unknown;
    }

    private static void look(Object object, List<String> unknown) {
        if (object instanceof Collection<?> items) {
            items.forEach(item -> look(item, unknown));
        } else if (object instanceof Map<?, ?> map) {
            map.values().forEach(value -> look(value, unknown));
        } else if (object != null && object.getClass().getName().startsWith("io.fabric8.") && !object.getClass()
                .isEnum()) {
            for (Method method : object.getClass().getMethods()) {
                if (method.getName().startsWith("get") && method.getParameterCount() == 0
                        && method.getDeclaringClass() != Object.class) {
                    Object value = value(object, method);
                    if (method.getName().equals("getAdditionalProperties") && value instanceof Map<?, ?> more) {
                        more.keySet()
                                .forEach(name -> unknown.add(object.getClass().getSimpleName() + "." + name));
                    } else {
                        look(value, unknown);
                    }
                }
            }
        }
    }

    private static Object value(Object object, Method method) {
        try {
            return method.invoke(object);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(method.toString(), e);
        }
    }
}
