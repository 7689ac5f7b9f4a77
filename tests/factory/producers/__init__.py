"""Programs that turn a document into a PDF, each in its own way."""

from factory.model import Producer
from factory.producers.fpdf2 import draw as fpdf2
from factory.producers.reportlab import draw as reportlab
from factory.producers.typst import draw as typst

PRODUCERS: dict[str, Producer] = {"reportlab": reportlab, "fpdf2": fpdf2, "typst": typst}
