# Build on a JDK, run on a JRE. Both are Java 25, which the gateway is shipped on.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
ARG RUN_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# The libraries first, by building nothing: they change less often than the sources, so this layer is kept.
COPY .mvn .mvn
COPY mvnw pom.xml ./
RUN ./mvnw -q -B package -Dmaven.test.skip=true && rm -rf target
COPY application.properties litellm_config.yaml .env.example LICENSE ./
COPY routes routes
COPY demo demo
COPY src/main src/main
# The user below must be able to read what a careful umask has closed in the checkout.
RUN ./mvnw -o -q -B package -Dmaven.test.skip=true && chmod -R a+rX target/dromedary

FROM ${RUN_IMAGE}
WORKDIR /app
COPY --from=build /src/target/dromedary /app
# Requests are held in the heap; the rest of the container's memory is for buffers (bounded here), threads and the JVM itself: the sum is
# in docs/operate.md. Short collections, since one stops every stream; a bounded young generation, or even light traffic touches most of
# the heap before it is collected.
ENV JAVA_OPTS="-XX:MaxRAMPercentage=60 -XX:MaxDirectMemorySize=128m -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:+UnlockExperimentalVMOptions -XX:G1MaxNewSizePercent=30 -XX:+UseCompactObjectHeaders"
# What Java learns from a run of the demo: it starts in half the time then. With the options above, or it does not fit.
# A base image whose Java makes none still gives a gateway that works; bin/train says why.
RUN bin/train || true
# No rights but to read: the gateway writes no file. A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 4000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/app/bin/healthcheck"]
ENTRYPOINT ["/app/bin/dromedary"]
# LiteLLM's place for the file; its own arguments work in the place of these. The port is PORT, else 4000.
CMD ["--config", "/app/config.yaml"]
