/**
 * The programs in Python that go along with a model: one that names pictures and checks the model with those beside it, and
 * one that answers over http. They cut and resize a picture as it was done in training, number for number.
 */
import type { ModelDescription } from '../../domain/model.ts';
import type { ModelOutput, Precision } from '../../domain/modelExport.ts';
import type { ModelFile } from '../fileParts.ts';

export interface PythonModel {
  /** As `pip install` takes them, NumPy and Pillow apart. */
  readonly packages: readonly string[];
  readonly imports: readonly string[];
  /** Lines that load the model; `HERE` is the program's folder. */
  readonly load: readonly string[];
  /** An expression: of `batch`, `[count, size, size, 3]`, float32, 0–255, what the model gives. */
  readonly run: string;
  /** A line before the function that runs it. */
  readonly around?: string;
  readonly output: ModelOutput;
  readonly precision: Precision;
}

/** How far a probability may be off: more than sums in another order make, less than any fault of a program. */
const TOLERANCES: Readonly<Record<Precision, number>> = { float32: 0.002, float16: 0.01, int8: 0.2 };

const PORT = 8000;

/** The app's own limit, 120 megapixels. */
const MOST_PIXELS = 120_000_000;

export function pythonPrograms(description: ModelDescription, model: PythonModel): readonly ModelFile[] {
  const packages = ['numpy', 'pillow', ...model.packages];
  const withServer = [...packages, 'flask', 'gunicorn'];
  return [
    { path: 'classify.py', content: classifyProgram(description, model) },
    { path: 'serve.py', content: SERVER },
    { path: 'requirements.txt', content: `${withServer.join('\n')}\n` },
    { path: 'Dockerfile', content: DOCKERFILE },
  ];
}

function classifyProgram({ backbone }: ModelDescription, model: PythonModel): string {
  const { inputSizePx, resize } = backbone;
  const isStretched = resize.fit === 'stretch';
  const answer = model.output === 'logits' ? `softmax(${model.run})` : model.run;
  return `"""Names what pictures show.

    pip install -r requirements.txt
    python classify.py                 checks the model with the pictures beside it
    python classify.py PICTURE ...     names other pictures
"""

import io
import json
import sys
import warnings
from pathlib import Path

import numpy as np
${model.imports.join('\n')}
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).resolve().parent
LABELS = (HERE / "labels.txt").read_text("utf-8").removesuffix("\\n").split("\\n")
SIZE = ${inputSizePx}  # pixels, the side of the square that the model sees
${isStretched ? '# The whole picture is stretched to that square.' : `CROP = ${resize.cropFraction}  # the middle square of a picture, as a part of its shorter side`}
TOLERANCE = ${TOLERANCES[model.precision]}  # how far a probability may be off

# A picture may claim any size: one that would take gigabytes is refused.
Image.MAX_IMAGE_PIXELS = ${MOST_PIXELS}
warnings.simplefilter("error", Image.DecompressionBombWarning)
# What Pillow says of files that are no pictures, or broken, or too large.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)

${model.load.join('\n')}


def resampling(pixels, kept):
    """[SIZE, pixels]: what each output pixel takes of one side of a picture, whose middle \`kept\` pixels are shown.

    The antialiased triangle filter, as Pillow's BILINEAR; of a large picture blocks of pixels are averaged first.
    """
    scale = kept / SIZE
    block = min(16, max(1, int(scale / 3)))
    block_of = np.arange(pixels) // block
    means = (block_of == np.arange(block_of[-1] + 1)[:, None]).astype(np.float64)
    means /= means.sum(axis=1, keepdims=True)
    scale /= block
    support = max(scale, 1.0)
    centres = (pixels - kept) / 2 / block + (np.arange(SIZE) + 0.5) * scale
    places = np.arange(len(means)) + 0.5
    weights = np.maximum(0, 1 - np.abs(places - centres[:, None]) / support)
    return weights / weights.sum(axis=1, keepdims=True) @ means


def as_shown(picture):
    """As a browser shows a file: upright, sRGB, on white, [height, width, 3]."""
    image = ImageOps.exif_transpose(Image.open(picture))
    if image.mode.startswith("I"):  # 16 bits
        image = Image.fromarray(np.rint(np.asarray(image, np.float64) / 257).astype(np.uint8))
    profile = image.info.get("icc_profile")
    if profile and image.mode == "RGB":
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"))
        except ImageCms.PyCMSError:
            pass  # a broken one is not looked at
    image = image.convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB"), np.float64)


def prepare(picture):
    """A file, or anything else that Pillow opens, as [SIZE, SIZE, 3], 0-255: as it is shown, cut and resized."""
    pixels = as_shown(picture)
    height, width, _ = pixels.shape
    ${isStretched ? 'rows, columns = resampling(height, height), resampling(width, width)' : 'kept = min(height, width) * CROP\n    rows, columns = resampling(height, kept), resampling(width, kept)'}
    small = np.einsum("yh,hwc,xw->yxc", rows, pixels, columns, optimize=True)
    return np.clip(np.rint(small), 0, 255).astype(np.float32)
${
  model.output === 'logits'
    ? `

def softmax(logits):
    raised = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)
`
    : ''
}

${model.around === undefined ? '' : `${model.around}\n`}def classify(picture):
    """The probability of each label, in the order of LABELS."""
    batch = prepare(picture)[None]
    return np.asarray(${answer})[0]


def check():
    """Whether the model says of the pictures beside it what it said when it was written."""
    expected = json.loads((HERE / "expected.json").read_text("utf-8"))
    worst = 0.0
    for one in expected:
        probabilities = classify(HERE / one["picture"])
        off = float(np.max(np.abs(probabilities - one["probabilities"])))
        print(f"{one['picture']}: {LABELS[int(np.argmax(probabilities))]}, off by {off:.6f}")
        worst = float(np.maximum(worst, off))  # unlike max(), it does not lose what is no number
    print(f"{len(expected)} pictures, off by {worst:.6f} at most, {TOLERANCE} allowed")
    return worst <= TOLERANCE


def main(pictures):
    sys.stdout.reconfigure(encoding="utf-8")
    if not pictures:
        return 0 if check() else 1
    for picture in pictures:
        try:
            probabilities = classify(picture)
        except UNREADABLE as error:
            print(f"{picture}: cannot be read ({error})")
            continue
        first = np.argsort(-probabilities)[:5]
        print(f"{picture}: " + ", ".join(f"{LABELS[i]} {probabilities[i]:.3f}" for i in first))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
`;
}

const SERVER = `"""Answers over http: curl -F file=@PICTURE http://localhost:${PORT}/predict

    pip install -r requirements.txt
    python serve.py
"""

from classify import LABELS, UNREADABLE, classify
from flask import Flask, jsonify, request

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024


@app.post("/predict")
def predict():
    file = request.files.get("file")
    if file is None:
        return jsonify(error="Send a picture as the form field 'file'."), 400
    try:
        probabilities = classify(file.stream)
    except UNREADABLE:
        return jsonify(error="This is not a picture that can be read, or it is too large."), 400
    order = sorted(range(len(LABELS)), key=lambda index: -probabilities[index])
    return jsonify(
        predictions=[{"label": LABELS[index], "probability": float(probabilities[index])} for index in order]
    )


if __name__ == "__main__":
    app.run(port=${PORT})
`;

const DOCKERFILE = `FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
EXPOSE ${PORT}
CMD ["gunicorn", "--bind", "0.0.0.0:${PORT}", "serve:app"]
`;
