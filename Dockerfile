ARG BASE_IMAGE=docker.io/airbyte/python-connector-base:4.1.0@sha256:1d1aa21d34e851df4e8a87b391c27724c06e2597608e7161f4d167be853bd7b6

FROM ${BASE_IMAGE} AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore
# In an environment of its own: neither Poetry nor what it needs belongs into the image.
RUN python3 -m venv /poetry && /poetry/bin/pip install poetry==2.5.1 poetry-plugin-export==1.10.1
# Dependencies before code: a change of the code leaves this layer as it is.
COPY pyproject.toml poetry.lock README.md ./
RUN /poetry/bin/poetry export --only main --extras s3 --output requirements.txt \
    && pip install --prefix=/install --require-hashes -r requirements.txt
COPY manifest.yaml ./
COPY source_mparticle ./source_mparticle
RUN /poetry/bin/poetry build --format wheel \
    && pip install --no-deps --prefix=/install dist/*.whl \
    && python3 -m compileall -q -j 0 /install

FROM ${BASE_IMAGE}
COPY --from=build /install /usr/local
WORKDIR /airbyte/integration_code
USER airbyte
ENV AIRBYTE_ENTRYPOINT="source-mparticle"
ENTRYPOINT ["source-mparticle"]
LABEL io.airbyte.name=airbyte/source-mparticle
LABEL io.airbyte.version=0.1.0
