class CAM:
    def __init__(self, net): self.weight = net.fc.weight.detach()
    def __call__(self, features, label):
        return (self.weight[label].reshape(-1, 1, 1) * features.squeeze(0)).sum(axis=0)
compute_cam = CAM(resnet)
