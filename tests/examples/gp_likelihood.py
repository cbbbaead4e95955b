"""The log marginal likelihood of a Gaussian process, and its gradients."""

import numpy as np


def log_likelihood(y, K, sigma):
    # shape:
    #   y: (n)    K: (n, n) posdef    σ: scalar positive
    #   C = K + σ^2 I
    #   l = -1/2 y' inv(C) y - 1/2 logdet(C) - n/2 log(2π)
    #   a = inv(C) y
    #   dl/dy = -inv(C) y
    #   dl/dK = 1/2 (a a' - inv(C))
    #   dl/dσ = σ tr(a a' - inv(C))
    C = K + sigma**2 * np.eye(len(y))
    a = np.linalg.solve(C, y)
    likelihood = -0.5 * y @ a - 0.5 * np.linalg.slogdet(C)[1] - len(y) / 2 * np.log(2 * np.pi)
    W = np.outer(a, a) - np.linalg.inv(C)
    return likelihood, 0.5 * W, sigma * np.trace(W)


def predict(y, K, K_s, K_ss, sigma):
    # shape:
    #   y: (n)    K: (n, n) symmetric    K_s: (n, m)    K_ss: (m, m) symmetric    σ: scalar
    #   C = K + σ^2 I
    #   μ = K_s' (C \ y)
    #   Σ_s = K_ss - K_s' inv(C) K_s
    C = K + sigma**2 * np.eye(len(y))
    mean = K_s.T @ np.linalg.solve(C, y)
    covariance = K_ss - K_s.T @ np.linalg.solve(C, K_s)
    return mean, covariance
