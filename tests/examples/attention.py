"""Causal self-attention, with the shapes that people write behind each line."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Attention(nn.Module):
    def __init__(self, C, H):
        super().__init__()
        self.H = H
        self.qkv = nn.Linear(C, 3 * C)
        self.out = nn.Linear(C, C)

    def forward(self, x):
        # shape: x: (B, T, C); where C = H*D
        B, T, C = x.shape
        q, k, v = self.qkv(x).split(C, dim=2)
        q = q.view(B, T, self.H, C // self.H).transpose(1, 2)  # shape: (B, H, T, D)
        k = k.view(B, T, self.H, C // self.H).transpose(1, 2)  # shape: (B, H, T, D)
        v = v.view(B, T, self.H, C // self.H).transpose(1, 2)  # shape: (B, H, T, D)
        # shape: q @ k.mT : (B, H, T, T)
        a = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))  # shape: (B, H, T, T)
        a = a.masked_fill(torch.ones(T, T).tril() == 0, float("-inf"))
        a = F.softmax(a, dim=-1)
        # shape: (B, H, T, T) @ (B, H, T, D) -> (B, H, T, D)
        y = a @ v  # shape: (B, H, T, D)
        y = y.transpose(1, 2).contiguous().view(B, T, C)  # shape: (B, T, C)
        return self.out(y)


def attention_backward(Q, K, V, dO):
    """One head, forward and backward.

    shape:
        Q, K: (T, D)    V: (T, E)
        S = Q K'
        P = softmax(S)
        O = P V
        dV = P' dO
        dP = dO V'
        dQ = dS K
        dK = dS' Q
    """
    P = torch.softmax(Q @ K.T, dim=-1)
    dV = P.T @ dO
    dP = dO @ V.T
    dS = P * (dP - (dP * P).sum(-1, keepdim=True))
    return dS @ K, dS.T @ Q, dV
