# Build on a JDK, run on a JRE. Both are Java 25, which the gateway is shipped on. A tag can be moved, a digest cannot: name it with
# --build-arg RUN_DIGEST=@sha256:... (docs/operate.md says where to find it and how to check it).
ARG BUILD_IMAGE=eclipse-temurin:25.0.4.1_1-jdk-noble
ARG BUILD_DIGEST=
ARG RUN_IMAGE=eclipse-temurin:25.0.4.1_1-jre-noble
ARG RUN_DIGEST=

FROM ${BUILD_IMAGE}${BUILD_DIGEST} AS build
WORKDIR /src
# The libraries first, by building nothing: they change less often than the sources, so this layer is kept.
COPY .mvn .mvn
COPY mvnw pom.xml ./
RUN ./mvnw -q -B package -Dmaven.test.skip=true && rm -rf target
COPY application.properties .env.example LICENSE NOTICE ./
COPY routes routes
COPY demo demo
COPY docs docs
COPY deploy deploy
COPY src/main src/main
# Online: the bill of materials is not made without. The user below must be able to read what a careful umask has closed in the checkout.
# The image has no configuration of its own (config is not copied): a container without one says where it looked, and does not serve an example.
RUN ./mvnw -q -B package -Dmaven.test.skip=true && chmod -R a+rX target/dromedary

FROM ${RUN_IMAGE}${RUN_DIGEST}
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
# Without arguments, the configuration is the first that is there of /app/litellm_config.yaml, /app/config.yaml (LiteLLM's place),
# /app/config/litellm_config.yaml and /app/config/config.yaml. LiteLLM's arguments work, --config among them. The port is PORT, else 4000.
