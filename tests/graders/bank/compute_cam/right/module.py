class CAM(torch.nn.Module):
    def __init__(self, linear):
        super().__init__()
        self.w = linear.weight

    def forward(self, x, k):
        return torch.einsum("bchw,c->bhw", x, self.w[k]).squeeze(0)


compute_cam = CAM(resnet.fc)
