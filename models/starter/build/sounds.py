"""Sounds made by formula, as the sound tower takes them, by the settings of audio.json and in plain numpy."""

import json

import numpy as np

SECONDS = 4


def made_patches(settings_file):
    """input_features [N, 96, 64] float32: patches of a tone that rises, a bell, knocks, a hiss that swells and a chord."""
    settings = json.loads(settings_file.read_text())
    rate, patches = settings["rate"], settings["patches"]
    t = np.arange(SECONDS * rate) / rate
    noise = np.random.default_rng(7).uniform(-1, 1, len(t))
    sounds = (
        0.5 * np.sin(2 * np.pi * (200 * t + 300 * t * t)),
        0.6 * np.exp(-2 * t) * (np.sin(2 * np.pi * 880 * t) + 0.4 * np.sin(2 * np.pi * 2217 * t)),
        0.8 * np.exp(-60 * (t % 0.5)) * np.sin(2 * np.pi * 140 * t),
        0.3 * t / SECONDS * noise,
        sum(0.2 * np.sin(2 * np.pi * hertz * t) for hertz in (262, 330, 392)),
    )
    spectrograms = (_log_mel(sound, rate, settings["spectrogram"]) for sound in sounds)
    frames, hop = patches["frames"], patches["hop"]
    return np.stack(
        [rows[start : start + frames] for rows in spectrograms for start in range(0, len(rows) - frames + 1, hop)]
    ).astype(np.float32)


def _log_mel(samples, rate, settings):
    frame, hop, size, bands = settings["frame"], settings["hop"], settings["size"], settings["mel"]["bands"]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)
    starts = range(0, len(samples) - frame + 1, hop)
    magnitude = np.abs(np.fft.rfft(np.stack([samples[start : start + frame] * window for start in starts]), size))
    mel = 1127 * np.log1p(np.arange(size // 2 + 1) * rate / size / 700)
    edges = np.linspace(*(1127 * np.log1p(settings["mel"][edge] / 700) for edge in ("lowest", "highest")), bands + 2)
    left, centre, right = (edges[k : bands + k, None] for k in range(3))
    triangles = np.clip(np.minimum((mel - left) / (centre - left), (right - mel) / (right - centre)), 0, None)
    return np.log(magnitude @ triangles.T + settings["log"]["value"])
