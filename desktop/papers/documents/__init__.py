"""Papers about papers: the sheet a printer is calibrated with."""

from desktop.papers.documents.calibration import calibration_pdf

__all__ = ["calibration_pdf"]
