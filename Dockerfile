# JupyterLab on the notebooks, with the locked packages, on the base of the Jupyter project. Binder builds the same file.
#
#   docker build --tag lab .
#   docker run --rm --publish 127.0.0.1:8888:8888 --volume "$PWD/data:/project/data" --volume "$PWD/reports:/project/reports" lab
#
# The last line that it prints is the address to open. A report without Lab: add `valuelib report data/demo` to the second command.
ARG BASE=quay.io/jupyter/base-notebook:python-3.12
FROM ${BASE}
WORKDIR /project
# An environment of its own: the packages of the base stay as its makers tested them.
ENV VIRTUAL_ENV=/opt/valuelib PATH=/opt/valuelib/bin:${PATH}
USER root
RUN mkdir -p /opt/valuelib && chown ${NB_UID}:${NB_GID} /project /opt/valuelib
USER ${NB_UID}
COPY --chown=${NB_UID}:${NB_GID} requirements requirements
RUN python -m venv ${VIRTUAL_ENV} \
    && python -m pip install --no-cache-dir --require-hashes --requirement requirements/dev.txt
COPY --chown=${NB_UID}:${NB_GID} . .
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable .
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--ServerApp.root_dir=/project"]
