# Orebook's image: the application alone. PostgreSQL, Redis and mail are services of docker-compose.yml.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /orebook

# OBSERVE=1: with what sends errors and traces (docs/how-to/observe.md).
ARG OBSERVE=""
# Before the code, so that a change of code does not install anything again.
COPY requirements.txt requirements-observe.txt ./
RUN pip install --require-hashes --only-binary :all: -r requirements.txt ${OBSERVE:+-r requirements-observe.txt}

RUN useradd --system --uid 10001 --create-home orebook \
    && install -d -o orebook -g orebook /data /data/tmp
COPY manage.py ./
COPY config ./config
COPY institutions ./institutions
COPY deals ./deals
COPY network ./network
RUN python -m compileall -q config institutions deals network

USER orebook
ENV ORE_DATA=/data
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000", "-k", "gthread", "--workers", "2", "--threads", "8", "--no-control-socket"]
