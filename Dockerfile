# Kith from the same hash-pinned lock as everywhere else. Two stages: pip and its cache stay behind.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/kith
ENV PATH=/opt/kith/bin:$PATH
COPY requirements.txt /src/
RUN pip install --require-hashes --requirement /src/requirements.txt
COPY pyproject.toml README.md LICENSE /src/
COPY kith /src/kith
COPY workers /src/workers
COPY connectors /src/connectors
COPY interactions /src/interactions
COPY sandbox /src/sandbox
RUN pip install --no-deps --no-build-isolation /src

FROM python:3.11-slim
RUN useradd --uid 10001 --user-group --home-dir /data --create-home --shell /usr/sbin/nologin kith \
    && chmod 700 /data
COPY --from=build /opt/kith /opt/kith
ENV PATH=/opt/kith/bin:$PATH KITH_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1
USER kith
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["kith", "up"]
