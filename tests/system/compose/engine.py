"""A container engine for the proof: the machine's own, or one started for it and stopped again.

Base images are pulled. If that is impossible, debootstrap makes debian:bookworm-slim, and Debian's
Prometheus replaces prom/prometheus. Only what was made here is removed.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BASE_IMAGE = "debian:bookworm-slim"
# Kept between runs, because debootstrap takes half a minute.
BASE_TAR = ROOT / "build" / "tools" / "bookworm-slim.tar"

ENGINE_START_SECONDS = 60
ENGINE_STOP_SECONDS = 60
PULL_SECONDS = 120


class CannotRun(Exception):
    """This machine cannot run containers, or has no way to get the base images."""


def say(text):
    print(text, flush=True)


def has_default_bridge():
    """Returns true if the engine's default network exists; an engine leaves it behind."""
    return Path("/sys/class/net/docker0").exists()


class Engine:
    """A context manager: an engine that answers, with the base images in it."""

    def __init__(self, images):
        self.images = images
        self.environment = dict(os.environ)
        self.folder = None
        self.daemon = None
        self.had_bridge = True
        self.made_images = []
        # Another client may come first on the PATH; the distribution's client matches its engine.
        packaged = Path("/usr/bin/docker")
        self.docker_path = str(packaged) if packaged.exists() else shutil.which("docker")

    def __enter__(self):
        if self.docker_path is None:
            raise CannotRun("there is no docker on this machine")
        try:
            if not self.answers():
                self.start()
            for image in self.images:
                self.ensure_image(image)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    # Commands.

    def docker(self, *arguments, check=True, quiet=True, timeout=None, **options):
        """Runs docker; returns its output, which it also prints without `quiet`."""
        output = subprocess.PIPE if quiet else None
        done = subprocess.run(
            [self.docker_path, *arguments], env=self.environment, text=True, timeout=timeout,
            stdout=output, stderr=subprocess.STDOUT if quiet else None, check=False, **options)
        if check and done.returncode != 0:
            raise RuntimeError(f"docker {' '.join(arguments)} failed:\n{done.stdout}")
        return done.stdout if quiet else ""

    def succeeds(self, *arguments, timeout=None):
        try:
            self.docker(*arguments, timeout=timeout)
            return True
        except (RuntimeError, subprocess.TimeoutExpired):
            return False

    def answers(self):
        return self.succeeds("info", timeout=20)

    # The engine itself.

    def start(self):
        if os.geteuid() != 0:
            raise CannotRun("no container engine runs here, and only root can start one")
        if shutil.which("dockerd") is None:
            raise CannotRun("no container engine is installed here")
        self.had_bridge = has_default_bridge()
        self.folder = Path(tempfile.mkdtemp(prefix="proxyherd-engine-"))
        socket = f"unix://{self.folder}/docker.sock"
        self.environment["DOCKER_HOST"] = socket
        log = open(self.folder / "log", "w", encoding="utf-8")
        self.daemon = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec",
             "--pidfile", self.folder / "pid", "--host", socket],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        deadline = time.monotonic() + ENGINE_START_SECONDS
        while not self.answers():
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                words = (self.folder / "log").read_text(encoding="utf-8").splitlines()[-5:]
                say("\n".join(words))
                raise CannotRun("a container engine cannot be started here")
            time.sleep(0.5)
        say("started an engine")

    def close(self):
        for image in reversed(self.made_images):
            self.succeeds("rmi", "--force", image)
        if self.daemon is not None and self.daemon.poll() is None:
            self.daemon.terminate()
            try:
                self.daemon.wait(ENGINE_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
        if not self.had_bridge and has_default_bridge():
            subprocess.run(["ip", "link", "delete", "docker0"], check=False)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Images.

    def has_image(self, image):
        return self.succeeds("image", "inspect", image)

    def ensure_image(self, image):
        if self.has_image(image):
            return
        if self.succeeds("pull", image, timeout=PULL_SECONDS):
            say(f"pulled {image}")
        elif image == BASE_IMAGE:
            self.make_base_image()
        else:
            say(f"{image} cannot be pulled; Debian's Prometheus stands in for it")
            self.docker("build", "--tag", image, "--file", "prometheus.Dockerfile", ".",
                        cwd=Path(__file__).parent)
        self.made_images.append(image)

    def make_base_image(self):
        if not BASE_TAR.exists():
            say(f"{BASE_IMAGE} cannot be pulled; making it with debootstrap")
            debootstrap(BASE_TAR)
        self.docker("import", str(BASE_TAR), BASE_IMAGE)


def debootstrap(tar):
    """Makes a minimal Debian 12 and leaves it in the file `tar`."""
    if os.geteuid() != 0 or shutil.which("debootstrap") is None:
        raise CannotRun(f"{BASE_IMAGE} can neither be pulled nor be made here")
    tar.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="proxyherd-debian-") as folder:
        system = Path(folder) / "system"
        done = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", system],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode != 0:
            say(done.stdout[-2000:])
            raise CannotRun(f"{BASE_IMAGE} can neither be pulled nor be made here")
        unfinished = tar.with_suffix(".part")
        subprocess.run(["tar", "-C", system, "-cf", unfinished, "."], check=True)
        unfinished.rename(tar)
