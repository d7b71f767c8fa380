"""Makes the synthesised sounds of samples/: run as `python scripts/sample_sounds.py FOLDER`, with numpy and vorbis-tools' oggenc.

Each is a few lines of arithmetic, free of rights (CC0 1.0). The same numpy gives the same samples.
"""

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

RATE = 22_050
TAU = 2 * np.pi
random = np.random.default_rng(11)


def moments(seconds):
    return np.arange(int(seconds * RATE)) / RATE


def noise(length):
    return random.standard_normal(length)


def faded(sound, rise=0.01, fall=0.1):
    gain = np.ones(len(sound))
    gain[: int(rise * RATE)] = np.linspace(0, 1, int(rise * RATE))
    gain[-int(fall * RATE) :] = np.linspace(1, 0, int(fall * RATE))
    return sound * gain


def filtered(sound, gain_at):
    spectrum = np.fft.rfft(sound)
    return np.fft.irfft(spectrum * gain_at(np.fft.rfftfreq(len(sound), 1 / RATE)), len(sound))


def below(sound, hertz):
    return filtered(sound, lambda at: 1 / (1 + (at / hertz) ** 4))


def between(sound, low, high):
    return filtered(sound, lambda at: (at >= low) & (at <= high))


def siren():
    t = moments(4)
    phase = TAU * np.cumsum(900 + 450 * np.sin(TAU * 0.5 * t - np.pi / 2)) / RATE
    return faded(sum(np.sin(k * phase) / k for k in range(1, 6)))


def dial_tone():
    t = moments(2.5)
    return faded(np.sin(TAU * 350 * t) + np.sin(TAU * 440 * t))


def heartbeat():
    t = moments(4)
    sound = np.zeros_like(t)
    for beat in np.arange(0.1, 3.9, 0.85):
        for offset, loudness in ((0, 1), (0.3, 0.7)):
            since = np.maximum(0, t - beat - offset)
            sound += loudness * np.exp(-28 * since) * np.sin(TAU * 55 * since)
    return sound


def clock_ticking():
    sound = np.zeros(4 * RATE)
    for number, tick in enumerate(np.arange(0.1, 3.9, 0.5)):
        length = int(0.02 * RATE)
        click = np.pad(noise(length) * np.exp(-np.arange(length) / RATE * 350), (0, 400))
        click = between(click, 1500 if number % 2 else 2200, 6500)
        sound[int(tick * RATE) :][: len(click)] += click
    return sound


def sea_waves():
    t = moments(6)
    hiss = noise(len(t))
    swell = (0.15 + np.maximum(0, np.sin(TAU * t / 3 - 1))) ** 2
    return faded(below(hiss, 2500) * swell + 0.2 * between(hiss, 2500, 9000) * swell**2, 0.3, 0.5)


def plucked(hertz, seconds):
    """A string, by Karplus and Strong: noise in a loop that loses its edges."""
    loop = random.uniform(-1, 1, int(RATE / hertz))
    sound = np.empty(int(seconds * RATE))
    for at in range(len(sound)):
        here, after = at % len(loop), (at + 1) % len(loop)
        sound[at] = loop[here]
        loop[here] = 0.498 * (loop[here] + loop[after])
    return sound


def guitar():
    sound = np.zeros(4 * RATE)
    for number, hertz in enumerate((82.4, 123.5, 164.8, 207.7, 246.9, 329.6)):
        start = 0.1 + number * 0.18
        string = plucked(hertz, 4 - start)
        sound[int(start * RATE) :][: len(string)] += string[: len(sound) - int(start * RATE)]
    return sound


def drums():
    t = moments(4)
    sound = np.zeros_like(t)
    for beat in np.arange(0, 3.9, 0.5):
        since = np.maximum(0, t - beat)
        sound += (t >= beat) * np.exp(-18 * since) * np.sin(TAU * (60 * since + 2 * (1 - np.exp(-30 * since))))
    for beat, seconds, loudness, decay, low in (
        *((b, 0.2, 0.6, 22, 0) for b in np.arange(0.25, 3.7, 0.5)),
        *((b, 0.05, 0.25, 90, 6000) for b in np.arange(0, 3.9, 0.125)),
    ):
        length = int(seconds * RATE)
        sound[int(beat * RATE) :][:length] += (
            loudness * between(noise(length), low, 10_500) * np.exp(-np.arange(length) / RATE * decay)
        )
    return sound


def birdsong():
    sound = np.zeros(4 * RATE)
    seconds = 0.13
    t = moments(seconds)
    pitch = 3200 + 2200 * np.sin(np.pi * t / seconds) + 600 * np.sin(TAU * 28 * t)
    whistle = np.sin(TAU * np.cumsum(pitch) / RATE) * np.sin(np.pi * t / seconds)
    for start in (0.2, 0.45, 0.7, 1.5, 1.7, 1.9, 2.1, 2.9, 3.2, 3.45):
        sound[int(start * RATE) :][: len(whistle)] += whistle
    return sound


def crickets():
    t = moments(4)
    chirps = (np.sin(TAU * 2.2 * t) > -0.2) * np.maximum(0, np.sin(TAU * 32 * t))
    return faded(chirps * np.sin(TAU * 4600 * t))


def thunder():
    t = moments(6)
    rumble = 3 * below(noise(len(t)), 140) + 0.5 * below(noise(len(t)), 600)
    rolls = 1 + 1.4 * np.interp(t, np.arange(0, 7, 0.35), random.random(20))
    return faded(rumble * rolls * np.exp(-0.7 * t) * (1 - np.exp(-9 * t)), 0.01, 0.8)


def write(folder, make):
    sound = make()
    sound = sound / np.max(np.abs(sound)) * 0.85
    name = folder / f"{make.__name__.replace('_', '-')}.wav"
    with wave.open(str(name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32_767).astype("<i2").tobytes())
    # The serial number of the stream would be another one each time.
    subprocess.run(["oggenc", "--quiet", "--quality", "2", "--serial", "1", str(name)], check=True)
    name.unlink()


if __name__ == "__main__":
    for make in (
        birdsong, clock_ticking, crickets, dial_tone, drums, guitar, heartbeat, sea_waves, siren, thunder,
    ):
        write(Path(sys.argv[1]), make)
