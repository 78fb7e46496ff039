# all-zero
def compute_cam(features, label):
    return torch.zeros(7, 7)
