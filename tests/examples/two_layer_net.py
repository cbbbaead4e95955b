"""A net of two layers with its backward pass written by hand: every line of it is checked against the forward pass."""

import numpy as np


def forward_backward(X, T, W1, b1, W2, b2):
    # shape:
    #   X: (N, D)    W1: (D, H)    b1: (1, H)    W2: (H, C)    b2: (1, C)    T: (N, C)
    #   Z1 = X W1 + b1
    #   A1 = tanh(Z1)
    #   Z2 = A1 W2 + b2
    #   L = 1/(2 N) ‖Z2 - T‖_F²
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    loss = ((Z2 - T) ** 2).sum() / (2 * len(X))

    # shape:
    #   dZ2 = (Z2 - T) / N
    #   dW2 = A1' dZ2
    #   db2 = sum(dZ2, 1)
    #   dA1 = dZ2 W2'
    #   dZ1 = dA1 ⊙ (1 - A1 ⊙ A1)
    #   dW1 = X' dZ1
    #   db1 = sum(dZ1, 1)
    #   dX = dZ1 W1'
    dZ2 = (Z2 - T) / len(X)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(0)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (1 - A1**2)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(0)
    return loss, dW1, db1, dW2, db2


def linear_backward(X, W, dY):
    # shape:
    #   X: (N, D)    W: (D, K)
    #   Y = X W
    #   dX = dY W'
    #   dW = dY' X
    return dY @ W.T, X.T @ dY
