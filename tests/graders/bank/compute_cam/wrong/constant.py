# constant
def compute_cam(features, label):
    return torch.full((7, 7), 3.0)
