"""The version of the distribution, here once; the build reads it too."""

VERSION = "0.1.0"
