# The image that docker-compose.yml runs: docker build -t visit-balance .
FROM eclipse-temurin:17.0.16_8-jdk-noble AS build
WORKDIR /src
COPY . .
RUN ./mvnw -q -B package -DskipTests -Dspotless.check.skip

FROM eclipse-temurin:17.0.16_8-jre-noble
RUN groupadd --system --gid 10001 visit-balance \
    && useradd --system --uid 10001 --gid visit-balance --home-dir /var/lib/visit-balance \
       --create-home visit-balance
COPY --from=build /src/streams-app/target/visit-balance.jar /opt/visit-balance/
COPY --from=build /src/streams-app/target/lib /opt/visit-balance/lib
COPY --from=build /src/streams-app/target/visit-balance-sbom.json /opt/visit-balance/
COPY LICENSE NOTICE THIRD-PARTY.md /opt/visit-balance/
COPY licenses /opt/visit-balance/licenses
USER 10001:10001
WORKDIR /var/lib/visit-balance
# The state of an instance; rebuilt from the topics if it is lost.
VOLUME /var/lib/visit-balance
# RocksDB allocates from many threads; with one pool for each, freed memory is never given back.
ENV MALLOC_ARENA_MAX=2
ENTRYPOINT ["java", "-XX:+UseParallelGC", "-XX:MaxRAMPercentage=70", "-XX:+ExitOnOutOfMemoryError", \
    "-jar", "/opt/visit-balance/visit-balance.jar"]
CMD ["--help"]
