package io.dromedary.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Class paths of programs that tests start and that are no part of the project. */
public final class OtherClassPath {

    private OtherClassPath() {
    }

    /**
     * That of {@code src/test/<name>/pom.xml}; Maven fetches it once a build.
     *
     * @throws IllegalStateException if Maven cannot
     */
    public static String of(String name) throws IOException, InterruptedException {
        Path file = Path.of("target", name + ".classpath").toAbsolutePath();
        if (!Files.exists(file)) {
            Process maven = new ProcessBuilder(Path.of("mvnw").toAbsolutePath().toString(), "-q", "-B", "-f",
                    "src/test/" + name + "/pom.xml",
                    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath",
                    "-Dmdep.outputFile=" + file)
                    .inheritIO().start();
            if (!maven.waitFor(5, TimeUnit.MINUTES) || maven.exitValue() != 0) {
                maven.destroyForcibly();
                throw new IllegalStateException("Maven could not resolve src/test/" + name + "/pom.xml");
            }
        }
        return Files.readString(file).trim();
    }
}
