# The herd's programs in a small image: herd-node (the default), herd-places, herdctl and the load
# generator herd-bench. Builds with the classic builder as well as with BuildKit.
FROM debian:bookworm-slim AS build

COPY tools/herd.d/packages/build.txt /tmp/packages.txt
RUN apt-get update \
    && sed 's/#.*//' /tmp/packages.txt | DEBIAN_FRONTEND=noninteractive \
       xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /src
COPY CMakeLists.txt ./
COPY cmake cmake
COPY proto proto
COPY base base
COPY runtime runtime
COPY net net
COPY core core
COPY gateway gateway
COPY peer peer
COPY places places
COPY config config
COPY server server
COPY metrics metrics
COPY rpc rpc
COPY page page
COPY node node
COPY tools tools
COPY bench/loader bench/loader
ARG REVISION=""
RUN cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DPROXYHERD_TESTS=OFF \
       -DPROXYHERD_REVISION="$REVISION" \
    && ninja -C /build herd-node herd-places herdctl herd-bench \
    && cd /build/bin && strip herd-node herd-places herdctl herd-bench

FROM debian:bookworm-slim

# What the programs load at run time (no -dev packages), and the certificates for Google's API.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
       ca-certificates libabsl20220623 libbz2-1.0 libc-ares2 libcurl4 libedit2 libexpat1 \
       libgrpc++1.51 libgrpc29 libnghttp2-14 libprometheus-cpp-core1.0 libprotobuf32 \
       libspdlog1.10 libxxhash0 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/*

COPY --from=build /build/bin/herd-node /build/bin/herd-places /build/bin/herdctl \
    /build/bin/herd-bench /usr/local/bin/
COPY LICENSE NOTICE /usr/share/doc/proxyherd/

ARG VERSION=0.2.0
ARG REVISION=""
ARG CREATED=""
LABEL org.opencontainers.image.title="proxyherd" \
      org.opencontainers.image.description="A herd of servers that know where clients are" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"

# A number, so that an orchestrator can see that it is not root. Nothing is written to disk; the
# herd file is mounted here.
USER 65532:65532
WORKDIR /etc/proxyherd

# Where the health check asks, and after which service. A container with another port says so here.
ENV HERDCTL_ADDR=127.0.0.1:11000 \
    HERDCTL_SERVICE=proxyherd.peer.v1.PeerService \
    HERDCTL_HERD=/etc/proxyherd/herd.compose.conf
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["herdctl", "health"]

STOPSIGNAL SIGTERM
ENTRYPOINT ["herd-node"]
CMD ["--help"]
