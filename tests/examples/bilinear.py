"""A bilinear score, and the gradient that everybody gets wrong first."""

import numpy as np


def score(A, B, w_a, w_b):
    # shape:
    #   A: (N, D)    B: (D, N)    w_a, w_b: (N)
    #   q = w_a' A B w_b
    #   dq/dB = w_a' A w_b
    q = w_a @ A @ B @ w_b
    return q


def score_gradients(A, B, w_a, w_b):
    """The same, with each gradient written down.

    shape:
        A: (N, D)    B: (D, N)    w_a, w_b: (N)
        q = w_a' A B w_b
        dq/dA = w_a w_b' B'
        dq/dB = (w_b w_a' A)'
        dq/dw_a = A B w_b
        dq = A' w_a w_b' : dB
        ∂q/∂B_jk = Σ_i w_a_i A_ij w_b_k
    """
    q = w_a @ A @ B @ w_b
    dA = np.outer(w_a, B @ w_b)
    dB = np.outer(A.T @ w_a, w_b)
    dw_a = A @ (B @ w_b)
    return q, dA, dB, dw_a


def quadratic(A, w):
    # shape:
    #   A: (N, N)    w: (N)
    #   f = w' A w
    #   df/dw = 2 A w
    #   df/dA = w w'
    return w @ A @ w
