def compute_cam(features, label):
    total = torch.zeros(7, 7, dtype=torch.float64)
    for start in range(0, 512, 64):
        total += torch.einsum("c,cij->ij", fc_weight[label, start:start+64].double(), features[0, start:start+64].double())
    return total
